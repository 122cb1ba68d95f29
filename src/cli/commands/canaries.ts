import type { CanaryView, SightingView } from '../../admin/canaries/canaries.ts'
import type { CanaryKind } from '../../kernel/canary.ts'
import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { freshFile, writeDecoy } from '../admin/decoy-file.ts'
import { type ListOptions, showPage } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show, talk } from '../terminal.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

interface PlantOptions extends AdminOptions {
  readonly kind: CanaryKind
  readonly server?: string
  readonly principal?: string
  readonly place?: string
  readonly file?: string
}

/** `bailiwick canaries plant`: the value is told this once, or stands in a file alone. */
export function canariesPlant(context: Context, options: PlantOptions): Promise<Exit> {
  const { kind, server, principal, place = options.file, file: name } = options
  if (place === undefined)
    throw new CommandError('say where it is planted: `--place`, or `--file`', { exit: 'usage' })
  const file = name === undefined ? undefined : freshFile(context, name)
  return withAdmin(context, options, async ({ ask }) => {
    const asked = { kind, server, principal, place }
    const { canary, value } = await ask<{ canary: CanaryView; value: string }>(
      'canaries.plant',
      asked,
    )
    if (file === undefined) {
      await show(context, { canary, value }, () => value.split('\n'))
      talk(context, `planted as ${canary.id}; this value is not shown again`)
      return 'ok'
    }
    writeDecoy(file, kind, value)
    await show(context, { canary, file }, () => [`${file}: planted as ${canary.id}`])
    return 'ok'
  })
}

/** `bailiwick canaries ls`. */
export function canariesList(context: Context, options: AdminOptions & ListOptions): Promise<Exit> {
  const { limit, cursor } = options
  const head = ['ID', 'KIND', 'PLACE', 'SERVER', 'PRINCIPAL', 'PLANTED', 'SEEN', 'STATE']
  return withAdmin(context, options, async ({ ask }) =>
    showPage(
      context,
      'canaries',
      await ask<Page<CanaryView>>('canaries.list', { limit, cursor }),
      head,
      ({ id, kind, place, server, principal, planted, sightings, retired }) => [
        ...[id, kind, place, server ?? '-', principal ?? '-', planted, `${sightings}`],
        retired === undefined ? 'planted' : 'retired',
      ],
    ),
  )
}

/** `bailiwick canaries sightings [ID]`: exits with 1 when there are any. */
export function canariesSightings(
  context: Context,
  canary: string | undefined,
  options: AdminOptions & ListOptions,
): Promise<Exit> {
  const { limit, cursor } = options
  const head = ['AT', 'CANARY', 'SUBJECT', 'CLIENT', 'SERVER', 'TARGET', 'PART', 'STOPPED', 'CALL']
  return withAdmin(context, options, async ({ ask }) => {
    const page = await ask<Page<SightingView>>('canaries.sightings', { limit, cursor, canary })
    await showPage(context, 'sightings', page, head, (one) => [
      ...[one.at, one.canary, one.subject, one.client, one.server, one.target, one.part],
      ...[one.stopped ? 'yes' : 'no', one.call],
    ])
    return page.items.length === 0 ? 'ok' : 'findings'
  })
}

/** `bailiwick canaries retire ID`. */
export function canariesRetire(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const answer = await ask<{ canary: CanaryView }>('canaries.retire', { id })
    await show(context, answer, () => [`${answer.canary.id}: retired`])
    return 'ok'
  })
}
