import { setTimeout as wait } from 'node:timers/promises'
import type { RequestView } from '../../admin/approvals/views.ts'
import { type AdminClient, type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { type ListOptions, showPage } from '../admin/lists.ts'
import { requestText, timeLeft } from '../approval-text.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { openBrowser } from '../login/open-browser.ts'
import { printable, show, talk } from '../terminal.ts'

type Summary = Pick<
  RequestView,
  'id' | 'state' | 'subject' | 'client' | 'server' | 'target' | 'created' | 'expires' | 'votes'
>

interface Shown {
  readonly approval: RequestView
  readonly mayAnswer: boolean
  readonly why?: string
}

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

const HEAD = ['ID', 'STATE', 'LEFT', 'TOOL', 'SERVER', 'SUBJECT', 'CLIENT', 'MADE']

function cells({ id, state, expires, target, server, subject, client, created }: Summary) {
  const left = state === 'pending' ? timeLeft(expires, Date.now()) : '-'
  return [id, state, left, target, server, subject, client, created]
}

/** `bailiwick approvals ls`: those that wait, or all. */
export function approvalsList(
  context: Context,
  options: AdminOptions &
    ListOptions & { readonly state: string; readonly server?: string; readonly mine: boolean },
): Promise<Exit> {
  const { server, mine, limit, cursor } = options
  const state = options.state === 'all' ? undefined : options.state
  return withAdmin(context, options, async ({ ask }) => {
    const query = { state, server, mine: mine || undefined, limit, cursor }
    return showPage(
      context,
      'approvals',
      await ask<Page<Summary>>('approvals.list', query),
      HEAD,
      cells,
    )
  })
}

/** `bailiwick approvals show ID`: the call as it is, nothing cut. */
export function approvalsShow(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask, issuer }) => {
    const shown = await ask<Shown>('approvals.show', { id })
    const url = pageOf(issuer(), id)
    await show(context, { ...shown, url }, () => requestText(shown, url, Date.now()))
    return 'ok'
  })
}

/** Where a person sees the request, and answers it. */
function pageOf(issuer: string, id: string): string {
  return `${issuer}/console/approvals/${encodeURIComponent(id)}`
}

/**
 * `bailiwick approvals approve ID`: opens the request where a person approves, and waits. What a command
 * can show is a token, and a program that has a shell could show the same: a token approves nothing.
 */
export function approvalsApprove(
  context: Context,
  id: string,
  options: AdminOptions & { readonly browser: boolean },
): Promise<Exit> {
  return withAdmin(context, options, async (admin) => {
    const { approval } = await admin.ask<Shown>('approvals.show', { id })
    const url = pageOf(admin.issuer(), id)
    if (approval.state === 'pending') {
      talk(context, `approve \`${printable(approval.target)}\` at ${url}`)
      talk(context, 'a person approves there, not this command: an agent with a shell could run it')
      if (options.browser) openBrowser(url, context.env)
      if (!(await decided(admin, approval, context.signal))) {
        talk(context, 'nobody has decided yet; the request still waits')
        return 'findings'
      }
    }
    const { approval: last } = await admin.ask<Shown>('approvals.show', { id })
    await show(context, { approval: last, url }, () => [outcomeText(last)])
    return last.state === 'approved' || last.state === 'used' ? 'ok' : 'findings'
  })
}

/** Milliseconds between two looks. */
const PAUSE = 1_500

/**
 * Waits until a request no longer does. It is looked for in lists, which carry nothing of the call: a
 * look at the request itself may have to be recorded each time.
 *
 * @returns false when the person at the terminal stopped waiting.
 */
async function decided(
  { ask }: Pick<AdminClient, 'ask'>,
  { id, server }: Summary,
  signal: AbortSignal,
): Promise<boolean> {
  while (await waits(ask, id, server)) {
    await wait(PAUSE, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return false
  }
  return true
}

async function waits(ask: AdminClient['ask'], id: string, server: string): Promise<boolean> {
  let cursor: string | undefined
  do {
    const query = { state: 'pending', server, limit: 200, cursor }
    const { items, next } = await ask<Page<Summary>>('approvals.list', query)
    if (items.some((item) => item.id === id)) return true
    cursor = next
  } while (cursor !== undefined)
  return false
}

function outcomeText({ id, state, votes }: Summary): string {
  const said = votes.map(
    ({ user, verdict, assurance }) => `${verdict} by user:${user} (${assurance})`,
  )
  return printable([`${id}: ${state}`, ...said].join('; '))
}

/** `bailiwick approvals deny ID`: a no may come from a command. */
export function approvalsDeny(
  context: Context,
  id: string,
  options: AdminOptions & { readonly reason?: string },
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { approval: seen } = await ask<Shown>('approvals.show', { id })
    const { approval } = await ask<{ approval: Summary }>('approvals.answer', {
      ...{ id, verdict: 'decline', digest: seen.digest, comment: options.reason },
    })
    await show(context, { approval }, () => [outcomeText(approval)])
    return 'ok'
  })
}

/** `bailiwick approvals withdraw ID`. */
export function approvalsWithdraw(
  context: Context,
  id: string,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { approval } = await ask<{ approval: Summary }>('approvals.withdraw', { id })
    await show(context, { approval }, () => [outcomeText(approval)])
    return 'ok'
  })
}

interface Pattern {
  readonly id: string
  readonly subject: string
  readonly client: string
  readonly server: string
  readonly target: string
  readonly free: readonly string[]
  readonly expires: string
  readonly revoked?: string
}

const PATTERN_HEAD = ['ID', 'TOOL', 'SERVER', 'SUBJECT', 'CLIENT', 'FREE', 'LEFT']

function patternCells({ id, target, server, subject, client, free, ...ends }: Pattern) {
  const left = ends.revoked === undefined ? timeLeft(ends.expires, Date.now()) : 'revoked'
  return [id, target, server, subject, client, free.length === 0 ? '-' : free.join(' '), left]
}

/** `bailiwick approvals patterns`; with `--json`, each with its policy. */
export function approvalsPatterns(
  context: Context,
  options: AdminOptions & ListOptions & { readonly subject?: string },
): Promise<Exit> {
  const { subject, limit, cursor } = options
  return withAdmin(context, options, async ({ ask }) => {
    const page = await ask<Page<Pattern>>('approvals.patterns', { subject, limit, cursor })
    return showPage(context, 'patterns', page, PATTERN_HEAD, patternCells)
  })
}

/** `bailiwick approvals revoke ID`. */
export function approvalsRevoke(
  context: Context,
  id: string,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const answer = await ask<{ revoked: true }>('approvals.revokePattern', { id })
    await show(context, answer, () => [`${printable(id)}: revoked`])
    return 'ok'
  })
}
