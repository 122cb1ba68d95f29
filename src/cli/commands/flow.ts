import { setTimeout as wait } from 'node:timers/promises'
import type { ContextView, EndorsementView } from '../../admin/flow/flow-views.ts'
import { type AdminClient, type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { type ListOptions, rows, showPage, words } from '../admin/lists.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { openBrowser } from '../login/open-browser.ts'
import { printable, show, table, talk } from '../terminal.ts'

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

type Ask = AdminClient['ask']

const HEAD = ['ID', 'SUBJECT', 'CLIENT', 'HAS READ', 'KINDS', 'ANSWERS', 'USED', 'EXPIRES']

/** `bailiwick flow ls`: contexts that are open. */
export function flowList(
  context: Context,
  options: AdminOptions &
    ListOptions & { readonly mine: boolean; readonly untrusted?: 'yes' | 'no' },
): Promise<Exit> {
  const { limit, cursor } = options
  const query = {
    ...{ limit, cursor, mine: options.mine || undefined },
    untrusted: options.untrusted === undefined ? undefined : options.untrusted === 'yes',
  }
  return withAdmin(context, options, async ({ ask }) =>
    showPage(
      context,
      'contexts',
      await ask<Page<ContextView>>('flow.contexts', query),
      HEAD,
      (one) => [
        ...[one.id, whoOf(one), one.client, readOf(one), words(one.classes)],
        ...[`${one.answers}`, one.used, one.expires],
      ],
    ),
  )
}

function whoOf({ subject, actors }: ContextView): string {
  const [actor] = actors
  return actor === undefined ? subject || '-' : `${actor} for ${subject}`
}

/** What it has read, by labels. */
function readOf({ readUntrusted, readConfidential, complete }: ContextView): string {
  const labels = [
    ...(readUntrusted ? ['untrusted'] : []),
    ...(readConfidential ? ['confidential'] : []),
    ...(complete ? [] : ['forgotten']),
  ]
  return words(labels)
}

/** `bailiwick flow show ID`. */
export function flowShow(
  context: Context,
  id: string,
  options: AdminOptions & { readonly values: boolean },
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask, issuer }) => {
    const { context: found } = await ask<{ context: ContextView }>('flow.context', { id })
    const bodies = options.values || undefined
    const { items } = await ask<Page<EndorsementView>>('flow.endorsements', { id, bodies })
    const url = pageOf(issuer(), id)
    await show(context, { context: found, endorsements: items, url }, () => [
      ...contextText(found),
      '',
      ...endorsementText(items),
      '',
      `open a clean context, or vouch for a value, at ${url}`,
    ])
    return 'ok'
  })
}

function contextText(one: ContextView): readonly string[] {
  return rows([
    ['context', one.id],
    ['for', one.subject || '-'],
    ['acted', words(one.actors)],
    ['client', one.client],
    ['grant', one.grant || '-'],
    ['has read', readOf(one)],
    ['kinds', words(one.classes)],
    ['answers', `${one.answers}, about ${one.size} bytes`],
    ['memory', one.complete ? 'complete' : 'not complete: unknown values count as untrusted'],
    ['opened', one.opened],
    ['used', one.used],
    ['expires', one.expires],
  ])
}

function endorsementText(all: readonly EndorsementView[]): readonly string[] {
  if (all.length === 0) return ['nobody vouched for a value in it']
  const cells = all.map(({ at, by, value = '(not shown)', reason }) => [at, by, value, reason])
  return table(['AT', 'BY', 'VALUE', 'REASON'], cells)
}

/** Where a person sees the context, and decides. */
function pageOf(issuer: string, id: string): string {
  return `${issuer}/console/approvals?${new URLSearchParams({ view: 'contexts', context: id })}`
}

interface BrowserOptions extends AdminOptions {
  readonly browser: boolean
}

/**
 * `bailiwick flow end ID`: opens the page where a person ends it, and waits. What a command can show is a
 * token, and an agent that was misled may have a shell.
 */
export function flowEnd(context: Context, id: string, options: BrowserOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask, issuer }) => {
    const { context: found } = await ask<{ context: ContextView }>('flow.context', { id })
    lead(context, pageOf(issuer(), found.id), options)
    const over = await happens(context, async () => !(await isOpen(ask, found.id)))
    if (!over) return undecided(context, 'the context is still open')
    await show(context, { id: found.id, ended: true }, () => [
      `${printable(found.id)}: ended; the next call opens a clean one`,
    ])
    talk(context, 'begin a new conversation, too: the model still remembers what it read')
    return 'ok'
  })
}

async function isOpen(ask: Ask, id: string): Promise<boolean> {
  let cursor: string | undefined
  do {
    const { items, next } = await ask<Page<ContextView>>('flow.contexts', { limit: 200, cursor })
    if (items.some((one) => one.id === id)) return true
    cursor = next
  } while (cursor !== undefined)
  return false
}

/** `bailiwick flow endorse ID`: opens the page where a person vouches for a value, and waits. */
export function flowEndorse(context: Context, id: string, options: BrowserOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask, issuer }) => {
    // Without values: a look at these would be put on record each time.
    const all = async () => (await ask<Page<EndorsementView>>('flow.endorsements', { id })).items
    const before = (await all()).length
    lead(context, pageOf(issuer(), id), options)
    let last: EndorsementView | undefined
    const done = await happens(context, async () => {
      const now = await all()
      last = now.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1)
      return now.length > before
    })
    if (!done || last === undefined) return undecided(context, 'nobody vouched for a value')
    const { by, at, reason } = last
    await show(context, { id, endorsement: { by, at, reason } }, () => [
      printable(`${id}: ${by} vouched for a value, ${at}: ${reason}`),
    ])
    return 'ok'
  })
}

function lead(context: Context, url: string, { browser }: BrowserOptions): void {
  talk(context, `do it at ${url}`)
  talk(context, 'a person does it there, not this command: an agent with a shell could run it')
  if (browser) openBrowser(url, context.env)
}

function undecided(context: Context, what: string): Exit {
  talk(context, what)
  return 'findings'
}

/** Milliseconds between two looks. */
const PAUSE = 1_500

/** Waits for something; false when the person at the terminal stopped waiting. */
async function happens({ signal }: Context, done: () => Promise<boolean>): Promise<boolean> {
  // A look that the stop breaks off has seen nothing.
  const look = (): Promise<boolean> =>
    done().catch((error: unknown) => {
      if (signal.aborted) return false
      throw error
    })
  while (!(await look())) {
    if (signal.aborted) return false
    await wait(PAUSE, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return false
  }
  return true
}
