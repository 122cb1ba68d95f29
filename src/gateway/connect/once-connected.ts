import type { Subject } from '../../kernel/subject.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import { ELICIT, readReply } from '../approvals/dialog.ts'
import { closePage, createPlaces, type Places, signsOfLife } from '../approvals/hold.ts'
import { eitherSignal } from '../waiting.ts'
import { type ConnectPage, elicitation, pageOf, replyOf, showsPages } from './answer.ts'

/** Connections of subjects to servers, as far as calls wait for them. */
export interface Connections {
  /** Resolves as true when the subject is connected; as false when the signal is aborted first. */
  wait(server: string, subject: Subject, signal: AbortSignal): Promise<boolean>
}

/** What is needed to hold calls while people connect. */
export interface ConnectHolding {
  readonly connections: Connections
  readonly places: Places
  /** Milliseconds that one request is held. */
  readonly patience: number
}

/** Calls of one holder that wait at once. */
const MAX_HELD_EACH = 8

/** Makes it; undefined where nothing tells when somebody has connected. */
export function connectHolding(
  connections: Connections | undefined,
  patience: number,
): ConnectHolding | undefined {
  return connections && { connections, places: createPlaces(MAX_HELD_EACH), patience }
}

/** How far a call has come. */
interface Progress {
  readonly call: string
  readonly dispatched?: true
  readonly reservation?: unknown
  /** Set when a person was shown the page in this request, or did not want to see it. */
  pageShown?: true
}

/**
 * Runs a call. Where its subject has to connect first, and its client shows the page for that now, it waits
 * until they did and runs it once more, from the start.
 *
 * @throws what `run` throws; `connection_required` when they did not, in time.
 */
export async function onceConnected<T>(
  holding: ConnectHolding | undefined,
  exchange: Exchange,
  progress: Progress,
  run: () => Promise<T>,
): Promise<T> {
  const reply = replyOf(exchange)
  if (reply !== undefined) progress.pageShown = true
  try {
    return await run()
  } catch (thrown) {
    const page = pageOf(thrown)
    const legacy = exchange.conversation.era === 'legacy' && showsPages(exchange)
    const waits = holding !== undefined && (legacy || reply === 'opened')
    // What left, or has taken its room, is not made again.
    if (page === undefined || !waits || progress.dispatched || progress.reservation) throw thrown
    const leave = holding.places.take(exchange.conversation.holder)
    if (leave === undefined) throw thrown
    progress.pageShown = true
    const connected = await held(holding, exchange, page, progress.call).finally(leave)
    if (!connected) throw thrown
  }
  return run()
}

/** Asks a legacy client to show the page, and waits. Whoever does not want to see it is not waited for. */
async function held(
  { connections, patience }: ConnectHolding,
  exchange: Exchange,
  page: ConnectPage,
  call: string,
): Promise<boolean> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), patience)
  const { signal, forget } = eitherSignal(exchange.cancelled, over.signal)
  const quiet = signsOfLife(exchange, `waiting until you are connected: ${page.url}`)
  const legacy = exchange.conversation.era === 'legacy'
  try {
    const connecting = connections.wait(page.server, exchange.conversation.subject, signal)
    connecting.catch(() => undefined)
    const unopened = legacy ? shown(exchange, page, call, signal) : new Promise<never>(() => {})
    const connected = await Promise.race([connecting, unopened])
    if (connected && legacy) closePage(exchange, call)
    return connected
  } finally {
    clearTimeout(timer)
    quiet()
    over.abort()
    forget()
  }
}

/** Resolves, as false, only when the person does not want to see the page. */
async function shown(
  exchange: Exchange,
  page: ConnectPage,
  call: string,
  signal: AbortSignal,
): Promise<false> {
  try {
    const response = await exchange.ask(ELICIT, elicitation(exchange, page, call), signal)
    if (response.kind === 'result' && readReply('url', response.result) === 'unopened') return false
  } catch {
    // The page can be opened elsewhere as well.
  }
  return new Promise<never>(() => {})
}
