import type {
  ApprovalAnswer,
  Approvals,
  LiftableCall,
  PendingApproval,
} from '../../kernel/approval.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { isObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import { eitherSignal } from '../waiting.ts'
import { type Dialog, ELICIT, type Reply, readReply } from './dialog.ts'

/** Milliseconds between two signs of life: clients wait as long as they hear of progress. */
const SIGN_OF_LIFE = 2_000

/** What is needed to hold a call while people think. */
export interface Holding {
  readonly approvals: Approvals
  /** Milliseconds that one request is held. */
  readonly patience: number
  readonly places: Places
}

/** Bounds how many requests one holder has held at once. */
export interface Places {
  /** Takes a place, and gives what gives it back; undefined when there is none. */
  take(holder: string): (() => void) | undefined
}

/** No place taken yet. */
export function createPlaces(each: number): Places {
  const taken = new Map<string, number>()
  return {
    take(holder) {
      const count = taken.get(holder) ?? 0
      if (count >= each) return undefined
      taken.set(holder, count + 1)
      return () => {
        const left = (taken.get(holder) ?? 1) - 1
        if (left > 0) taken.set(holder, left)
        else taken.delete(holder)
      }
    },
  }
}

/** One call that waits, with the request that people answer. */
export interface Waiting {
  readonly exchange: Exchange
  readonly call: LiftableCall
  readonly pending: PendingApproval
  /** What a client hears while it waits. */
  readonly words: string
}

/** How waiting ended. `unopened`: the person at the client did not want to see our page. */
export type Held = ApprovalAnswer | { readonly kind: 'unopened' }

/**
 * Waits until people answered, in the dialog or at the desk, or patience is over. Who has too many
 * requests held already is told at once how things stand.
 *
 * @throws GatewayError `cancelled` when the client no longer waits: what people say later is for its
 *   next call.
 */
export async function hold(holding: Holding, waiting: Waiting, dialog?: Dialog): Promise<Held> {
  const { approvals, places, patience } = holding
  const { exchange, call, pending, words } = waiting
  const leave = places.take(exchange.conversation.holder)
  const over = new AbortController()
  const { signal, forget } = eitherSignal(exchange.cancelled, over.signal)
  const quiet = signsOfLife(exchange, words)
  try {
    const desk = approvals.wait(call, pending.id, leave ? patience : 0, signal)
    const answers: Promise<Held>[] = [desk]
    if (dialog && leave) answers.push(asked(approvals, waiting, dialog, { desk, signal }))
    // Whoever answers first; what fails after that is not heard.
    for (const answer of answers) answer.catch(() => undefined)
    const held = await Promise.race(answers)
    if (exchange.cancelled.aborted) throw new GatewayError('cancelled', 'the request was cancelled')
    if (dialog?.mode === 'url' && isSettled(held)) closePage(exchange, pending.id)
    return held
  } finally {
    quiet()
    over.abort()
    forget()
    leave?.()
  }
}

function isSettled({ kind }: Held): boolean {
  return kind === 'granted' || kind === 'refused'
}

interface Beside {
  readonly desk: Promise<ApprovalAnswer>
  readonly signal: AbortSignal
}

/** Asks on the call's own stream. What is no answer leaves the call waiting for the desk. */
async function asked(
  approvals: Approvals,
  { exchange, call, pending }: Waiting,
  { mode, params }: Dialog,
  { desk, signal }: Beside,
): Promise<Held> {
  const reply = await answerTo(exchange, mode, params, signal)
  if (reply === 'unopened') return { kind: 'unopened' }
  if (reply !== 'approve' && reply !== 'decline') return desk
  // The client may have gone, or the desk been quicker, while the answer was on its way.
  if (signal.aborted) return desk
  const answer = await answerOfClient(approvals, call, pending.id, reply)
  return answer.kind === 'pending' ? desk : answer
}

/** Takes the word of the person at the client. Whoever said no there is not overruled by an old yes. */
export async function answerOfClient(
  approvals: Approvals,
  call: LiftableCall,
  id: string,
  verdict: 'approve' | 'decline',
): Promise<ApprovalAnswer> {
  const answer = await approvals.answeredByClient(call, id, verdict)
  if (verdict === 'approve' || answer.kind === 'refused') return answer
  return { kind: 'refused', why: 'declined', message: 'the user declined it', id }
}

async function answerTo(
  exchange: Exchange,
  mode: Dialog['mode'],
  params: Dialog['params'],
  signal: AbortSignal,
): Promise<Reply | undefined> {
  try {
    const response = await exchange.ask(ELICIT, params, signal)
    return response.kind === 'result' ? readReply(mode, response.result) : undefined
  } catch {
    // The dialog is a courtesy: without it the desk decides.
    return undefined
  }
}

/** What the client was shown a page for is over (2025-11-25, elicitation, "Completion Notifications"). */
export function closePage(exchange: Exchange, elicitationId: string): void {
  const method = 'notifications/elicitation/complete'
  exchange.notify({ kind: 'notification', method, params: { elicitationId } })
}

/** Tells the client at once and then regularly that its call lives, if it wants to know. */
export function signsOfLife(exchange: Exchange, message: string): () => void {
  const meta = exchange.request.params?.['_meta']
  const progressToken = isObject(meta) ? meta['progressToken'] : undefined
  if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return () => undefined
  let told = 0
  const tell = (): void => {
    told += 1
    // Progress has to grow, also over what the server will report of itself: so it stays far below one.
    const params = { progressToken, progress: told / 1_000, message }
    exchange.notify({ kind: 'notification', method: 'notifications/progress', params })
  }
  tell()
  const timer = setInterval(tell, SIGN_OF_LIFE).unref()
  return () => clearInterval(timer)
}
