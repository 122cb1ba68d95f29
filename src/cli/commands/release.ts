import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { nodeFiles } from '../../inventory/adopt/node-files.ts'
import { preview } from '../../inventory/adopt/preview.ts'
import { type Released, release } from '../../inventory/adopt/release.ts'
import { agree } from '../adopt/agree.ts'
import { configServers, journalIn, vaultStore } from '../adopt/keepers.ts'
import { checkHost, senseOfSecrets } from '../adopt/look.ts'
import { previewText } from '../adopt/preview-text.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { withSecrets } from '../secrets/open-secrets.ts'
import { paint, printable, show, talk } from '../terminal.ts'

export interface ReleaseCommandOptions {
  readonly host?: string
  readonly file?: string
  readonly server?: string
  readonly remove: boolean
  readonly dryRun: boolean
  readonly yes: boolean
}

/** `bailiwick release`: `findings` when an entry could not be put back. */
export async function releaseEntries(
  context: Context,
  options: ReleaseCommandOptions,
): Promise<Exit> {
  const { host, file, server } = options
  checkHost(host)
  const { config } = load(context)
  const parts = { files: nodeFiles(), journal: journalIn(config.dataDir) }
  const choice = {
    ...(host !== undefined && { host }),
    ...(server !== undefined && { server }),
    ...(file !== undefined && { file: fileNamed(context, file) }),
  }
  const dry = release(choice, { ...parts, dryRun: true })
  const previews = dry.files.map((one) => preview(one, senseOfSecrets()))
  const lines = [
    ...previews.flatMap((one) => previewText(context, one)),
    ...releasedText(context, dry, 'would be '),
  ]
  if (options.dryRun || dry.items.length === 0) {
    const { files: _, ...rest } = dry
    await show(context, { ...rest, previews }, () => lines)
    return verdict(dry)
  }
  for (const text of lines) talk(context, text)
  await agree(context, 'put this back?', options.yes)
  const { files: _, ...done } = release(choice, parts)
  const removed = options.remove && (await removeIdle(context, done.idle))
  await show(context, { ...done, removed }, () => releasedText(context, { ...done, files: [] }, ''))
  const { servers, secrets } = done.idle
  if (!removed && servers.length + secrets.length > 0)
    talk(
      context,
      printable(
        `nothing adopted uses these any more, and they stay: ${[...servers, ...secrets].join(', ')}; \`bailiwick servers rm\` and \`bailiwick secrets rm\` remove them`,
      ),
    )
  return verdict({ ...done, files: [] })
}

/** Files are known by their own names, not by those of links. */
function fileNamed({ cwd }: Context, file: string): string {
  const path = resolve(cwd, file)
  return existsSync(path) ? realpathSync(path) : path
}

/** Takes out of the gateway what no adopted entry uses any more. */
async function removeIdle(context: Context, { servers, secrets }: Released['idle']): Promise<true> {
  const { config } = load(context)
  const known = servers.filter((name) => config.servers[name] !== undefined)
  if (known.length > 0) await configServers(context).remove(known)
  if (secrets.length === 0) return true
  await withSecrets(context, async ({ secrets: desk, by }) => {
    const kept = new Set((await desk.list('shared')).map(({ name }) => name))
    for (const name of secrets) if (kept.has(name)) await vaultStore(desk, by).remove(name)
    return 'ok'
  })
  return true
}

function verdict({ items, unreadable }: Released): Exit {
  const good = items.every(({ state }) => state === 'restored' || state === 'was_original')
  return good && unreadable.length === 0 ? 'ok' : 'findings'
}

function releasedText(
  context: Context,
  { items, unreadable }: Released,
  would: string,
): readonly string[] {
  return [
    ...(items.length === 0 ? ['nothing was adopted'] : []),
    ...items.map(({ host, server, state, message = '', file }) => {
      const good = state === 'restored' || state === 'was_original'
      const word = state === 'restored' ? `${would}restored` : state.replaceAll('_', ' ')
      const text = printable(`${host}  ${server}  ${file}  ${message}`).trimEnd()
      return `${paint(context, good ? 'green' : 'red', word)}  ${text}`
    }),
    ...unreadable.map((name) => printable(`a record of the journal cannot be read: ${name}`)),
  ]
}
