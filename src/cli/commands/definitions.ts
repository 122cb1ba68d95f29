import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { allOf, diffOf, isNamed, isPrefix, theOne, waitingOf } from '../admin/waiting.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { type Diff, diffText, itemName, type Version, versionName } from '../definition-text.ts'
import type { Exit } from '../exit-codes.ts'
import { printable, show, table, talk } from '../terminal.ts'

type DecideOptions = AdminOptions & { readonly reason: string }

/** `bailiwick servers diff SERVER [ITEM]`: what waits, and how it differs from what was approved. */
export function definitionsDiff(
  context: Context,
  server: string,
  item: string | undefined,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const all = item === undefined ? await waitingOf(ask, server) : await named(ask, server, item)
    const diffs: Diff[] = []
    for (const version of all) diffs.push(await diffOf(ask, version))
    await show(context, { server, definitions: diffs }, () =>
      diffs.flatMap((diff) => [...diffText(context, diff), '']),
    )
    const waits = all.filter(({ status }) => status === 'quarantined')
    if (all.length === 0) talk(context, `nothing of ${printable(server)} waits`)
    for (const one of waits)
      talk(
        context,
        `to approve ${printable(versionName(one))}: bailiwick servers approve ${server} ${one.digest.slice(0, 12)} --reason …`,
      )
    return waits.length === 0 ? 'ok' : 'findings'
  })
}

/** What waits of an item, and where nothing does, what counts. */
async function named(
  ask: Parameters<typeof waitingOf>[0],
  server: string,
  item: string,
): Promise<readonly Version[]> {
  const all = await allOf<Version>(ask, 'definitions.list', { server })
  const fitting = all.filter((version) => isNamed(version, item))
  if (fitting.length === 0)
    throw new CommandError(`${server} listed nothing called \`${printable(item.slice(0, 200))}\``, {
      exit: 'usage',
      fix: `\`bailiwick servers history ${server}\` lists everything that was seen`,
    })
  const waits = fitting.filter(({ status }) => status === 'quarantined')
  return waits.length === 0 ? fitting : waits
}

interface Approved {
  readonly approved: readonly Version[]
  readonly left: readonly (Pick<Version, 'kind' | 'name' | 'digest'> & { readonly why: string })[]
}

/** `bailiwick servers approve SERVER [ITEM…] [--all-shown]`. */
export function definitionsApprove(
  context: Context,
  server: string,
  items: readonly string[],
  options: DecideOptions & { readonly allShown: boolean },
): Promise<Exit> {
  if (options.allShown === items.length > 0)
    throw new CommandError('name what you approve, or give `--all-shown`', {
      exit: 'usage',
      fix: `\`bailiwick servers diff ${server}\` shows what waits`,
    })
  if (options.allShown) return approveShown(context, server, options)
  return decide(context, server, items, 'approved', options)
}

/** `bailiwick servers reject SERVER ITEM…`. */
export function definitionsReject(
  context: Context,
  server: string,
  items: readonly string[],
  options: DecideOptions,
): Promise<Exit> {
  return decide(context, server, items, 'rejected', options)
}

function decide(
  context: Context,
  server: string,
  items: readonly string[],
  status: 'approved' | 'rejected',
  options: DecideOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const waiting = await waitingOf(ask, server)
    const pool =
      status === 'approved'
        ? waiting
        : [
            ...waiting,
            ...(await allOf<Version>(ask, 'definitions.list', { server, status: 'approved' })),
          ]
    const wanted = new Set(items.map((item) => theOne(pool, item, server)))
    const decided: Version[] = []
    for (const one of wanted) decided.push(await send(ask, one, status, options.reason))
    await show(context, { definitions: decided }, () => decided.map(decisionText))
    return 'ok'
  })
}

async function send(
  ask: Parameters<typeof waitingOf>[0],
  { server, kind, name, digest, version }: Version,
  status: 'approved' | 'rejected',
  reason: string,
): Promise<Version> {
  const about = { server, kind, name, digest, version }
  const sent = { ...about, status, reason }
  return (await ask<{ definition: Version }>('definitions.decide', sent)).definition
}

/** Exactly what is shown here is approved, and of it only what has no risk. */
function approveShown(context: Context, server: string, options: DecideOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const waiting = (await waitingOf(ask, server)).filter(({ listed }) => listed)
    if (waiting.length === 0) {
      await show(context, { approved: [], left: [] }, () => [])
      talk(context, `nothing of ${printable(server)} waits`)
      return 'ok'
    }
    const shown: string[] = []
    for (const one of waiting) shown.push(...diffText(context, await diffOf(ask, one)), '')
    const all: { approved: Version[]; left: Approved['left'][number][] } = {
      approved: [],
      left: [],
    }
    for (let start = 0; start < waiting.length; start += MOST_ITEMS) {
      const items = waiting
        .slice(start, start + MOST_ITEMS)
        .map(({ kind, name, digest, version }) => ({
          ...{ kind, name, digest, version },
        }))
      const part = await ask<Approved>('definitions.approve', {
        server,
        items,
        reason: options.reason,
      })
      all.approved.push(...part.approved)
      all.left.push(...part.left)
    }
    await show(context, all, () => [
      ...shown,
      ...all.approved.map(decisionText),
      ...all.left.map((one) => `${printable(versionName(one))}: left, ${printable(one.why)}`),
    ])
    if (all.left.length > 0) talk(context, 'what was left has a risk: name it to approve it')
    return all.left.length === 0 ? 'ok' : 'findings'
  })
}

/** Definitions that one request takes. */
const MOST_ITEMS = 200

function decisionText(version: Version): string {
  const { status, listed, server } = version
  const gone =
    status === 'approved' && !listed ? '; its server lists another one now, which stays out' : ''
  return printable(`${server} ${versionName(version)}: ${status}${gone}`)
}

/** `bailiwick servers pin SERVER ITEM DIGEST`: goes back to a version that was seen before. */
export function definitionsPin(
  context: Context,
  server: string,
  item: string,
  digest: string,
  options: DecideOptions,
): Promise<Exit> {
  if (!isPrefix(digest))
    throw new CommandError('a digest is named by 8 hexadecimal digits or more', {
      exit: 'usage',
      fix: `\`bailiwick servers history ${server}\` shows digests`,
    })
  return withAdmin(context, options, async ({ ask }) => {
    const all = await allOf<Version>(ask, 'definitions.list', { server, history: true })
    const one = theOne(all, `${item}@${digest}`, server)
    const pinned =
      one.status === 'approved' ? one : await send(ask, one, 'approved', options.reason)
    await show(context, { definition: pinned }, () => [decisionText(pinned)])
    return 'ok'
  })
}

const HEAD = [
  'KIND',
  'ITEM',
  'DIGEST',
  'STATUS',
  'LISTED',
  'CAUSE',
  'VERDICT',
  'SEEN',
  'BY',
  'REASON',
]

/** `bailiwick servers history SERVER [ITEM]`: every version that was seen, the newest first. */
export function definitionsHistory(
  context: Context,
  server: string,
  item: string | undefined,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const all = await allOf<Version>(ask, 'definitions.list', { server, history: true })
    const wanted = item === undefined ? all : all.filter((version) => isNamed(version, item))
    await show(context, { definitions: wanted }, () => table(HEAD, wanted.map(cells)))
    if (wanted.length === 0) talk(context, 'nothing was seen')
    return wanted.some(({ status, listed }) => listed && status === 'quarantined')
      ? 'findings'
      : 'ok'
  })
}

function cells(version: Version): readonly string[] {
  const { kind, digest, status, listed, cause, verdict, seen, by, reason } = version
  return [
    ...[kind, itemName(version), digest.slice(0, 12), status, listed ? 'yes' : 'no', cause],
    ...[verdict, seen, by ?? '-', reason ?? '-'],
  ]
}
