import type { AccessRequest, CallApproval, Decision, Denial, Lift } from '../kernel/access.ts'
import type {
  ApprovalAnswer,
  Approvals,
  LiftableCall,
  PendingApproval,
} from '../kernel/approval.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import { result } from './answer.ts'
import { type Dialog, dialogFor, ELICIT, type Reply, readReply } from './approvals/dialog.ts'
import { answerOfClient, createPlaces, type Held, hold, type Places } from './approvals/hold.ts'
import { createPasses, type Passes } from './approvals/passes.ts'
import { APPROVAL_KEY, openRound, type Round } from './approvals/round.ts'
import type { AskedState, PassedState } from './approvals/state.ts'
import { pendingAnswer, type Refusal, refusedAnswer, SPENT } from './approvals/words.ts'
import { ASKING } from './bridge/modern-answer.ts'
import { losslessResult } from './lossless.ts'
import type { StateSeal } from './request-state.ts'

/** A denied call that a human may lift, on its way to one. */
export interface Asking {
  readonly exchange: Exchange
  readonly call: LiftableCall
  readonly round: Round
}

/** What became of asking: the call goes on under an approval, or is answered without having left. */
export type Verdict =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | {
      readonly kind: 'answered'
      readonly response: Response
      readonly error: 'approval_pending' | 'approval_refused'
    }

/** An approval that was found for a call. It counts for nothing until it is used. */
export interface Grant {
  readonly approval: CallApproval
  /**
   * Uses it for the call as it is decided now, right before its intent is recorded. Undefined: it is used.
   * Else the answer that refuses the call. @throws GatewayError `cancelled`, `store_unavailable`.
   */
  use(asking: Asking): Promise<Response | undefined>
  /** Binds the server's next round, if there will be one, to this approval. */
  carry(asking: Asking, response: Response): Response
}

/** The stage "approve": denials that a human may lift are brought before one. */
export interface Approve {
  /** Takes our own part out of what a client's round brings. @throws GatewayError `request_state_invalid`. */
  open(access: AccessRequest, sent: Aim): Round
  /** Undefined where nobody is asked: the denial stands. @throws GatewayError `cancelled`, `store_unavailable`. */
  ask(asking: Asking): Promise<Verdict | undefined>
}

export interface ApproveOptions {
  /** Absent: denials are final. */
  readonly approvals: Approvals | undefined
  /** The page on which people answer a request. */
  readonly url: (id: string) => string
  /** Milliseconds that one request of a client is held at most. */
  readonly patience: number
  readonly seal: StateSeal
  readonly now: Clock
  readonly randomId: RandomId
}

/** Rounds of one call that bring no answer: official clients stop after ten, and the server may need some. */
const MAX_ROUNDS = 8
/** Rounds of approved calls that are awaited at once. */
const MAX_PASSES = 10_000

/** Requests of one client of one principal that are held at once. */
const MAX_HELD_EACH = 32

/** Makes the stage. See {@link Approve}. */
export function createApprove(options: ApproveOptions): Approve {
  const parts: Parts = {
    ...options,
    passes: createPasses(options.now, options.randomId, MAX_PASSES),
    places: createPlaces(MAX_HELD_EACH),
  }
  const { approvals } = options
  return {
    open: (access, sent) => openRound(options.seal, access, sent),
    async ask(asking) {
      if (approvals === undefined) return undefined
      const desk = { ...parts, approvals }
      return asking.round.passed ? goOn(desk, asking, asking.round.passed) : consult(desk, asking)
    },
  }
}

/** Whether a human may lift it. */
export function isLiftable(decision: Decision): decision is Denial & { readonly lift: Lift } {
  return decision.effect === 'deny' && decision.lift !== undefined
}

type Parts = ApproveOptions & { readonly passes: Passes; readonly places: Places }
type Desk = Parts & { readonly approvals: Approvals }

/** The first round, or one that brings the person's answer: what holds for this call, asked where it can be. */
async function consult(desk: Desk, asking: Asking): Promise<Verdict> {
  const { call, round } = asking
  const reply = round.asked && readReply(round.asked.mode, round.reply)
  const answer =
    round.asked !== undefined && (reply === 'approve' || reply === 'decline')
      ? await answerOfClient(desk.approvals, call, round.asked.id, reply)
      : await desk.approvals.ask(call)
  if (answer.kind !== 'pending') return settled(desk, asking, answer)
  const dialog = dialogFor(
    asking.exchange.conversation,
    call,
    answer.approval,
    desk.url(answer.approval.id),
  )
  return canAskInRounds(asking)
    ? inRounds(desk, asking, answer.approval, { dialog, reply })
    : held(desk, asking, answer.approval, dialog)
}

/** `input_required` takes a call's place; one that brings its server's round would lose that. */
function canAskInRounds({ exchange, round }: Asking): boolean {
  const { conversation, request } = exchange
  return conversation.era === 'modern' && ASKING.has(request.method) && !round.goesOn
}

interface Talk {
  readonly dialog: Dialog | undefined
  readonly reply: Reply | undefined
}

/** A modern client: no request is open while a person reads; then each is held as long as clients wait. */
async function inRounds(
  desk: Desk,
  asking: Asking,
  pending: PendingApproval,
  { dialog, reply }: Talk,
): Promise<Verdict> {
  if (dialog === undefined) return held(desk, asking, pending, undefined)
  const { id } = pending
  const { asked } = asking.round
  // Another request than the person was asked about: what they answered is for that one.
  const last = asked?.id === id && asked.mode === dialog.mode ? asked : undefined
  const rounds = last ? last.rounds + 1 : 0
  if (rounds > MAX_ROUNDS) return waits(desk, asking, pending)
  const state: AskedState = { kind: 'asked', id, mode: dialog.mode, rounds }
  if (!last || !isShown(last, reply)) return next(desk, asking, state, dialog)
  if (reply === 'unopened') return unopened(desk, asking, pending)
  const answer = await hold(desk, waiting(desk, asking, pending))
  const final = rounds === MAX_ROUNDS
  return ending(desk, asking, pending, answer, final ? waits : () => next(desk, asking, state))
}

/**
 * Our page was opened, or not wanted, in this round or in one before: the client only comes back to hear
 * more. A form counts only with an answer.
 */
function isShown({ mode, rounds }: AskedState, reply: Reply | undefined): boolean {
  return mode === 'url' && (reply !== undefined || rounds > 0)
}

/** Answers with `input_required`: with a question, or with a state alone, to be called again. */
function next(
  { seal }: Desk,
  { exchange, round }: Asking,
  state: AskedState,
  dialog?: Dialog,
): Verdict {
  const value: JsonObject = {
    resultType: 'input_required',
    ...(dialog && { inputRequests: { [APPROVAL_KEY]: { method: ELICIT, params: dialog.params } } }),
    requestState: seal.seal({ approval: state }, round.binding()),
  }
  return { kind: 'answered', response: result(exchange.request, value), error: 'approval_pending' }
}

/** Everybody else: asked on the call's own stream if the client takes that, and held meanwhile. */
async function held(
  desk: Desk,
  asking: Asking,
  pending: PendingApproval,
  dialog: Dialog | undefined,
): Promise<Verdict> {
  const legacy = asking.exchange.conversation.era === 'legacy'
  const answer = await hold(desk, waiting(desk, asking, pending), legacy ? dialog : undefined)
  return ending(desk, asking, pending, answer, waits)
}

/** What comes of having waited. `still`: what is said when nobody has answered yet. */
function ending(
  desk: Desk,
  asking: Asking,
  pending: PendingApproval,
  answer: Held,
  still: typeof waits,
): Verdict {
  if (answer.kind === 'unopened') return unopened(desk, asking, pending)
  return answer.kind === 'pending' ? still(desk, asking, pending) : settled(desk, asking, answer)
}

function waiting(desk: Desk, { exchange, call }: Asking, pending: PendingApproval) {
  return { exchange, call, pending, words: `waiting for approval: ${desk.url(pending.id)}` }
}

function waits({ url }: Desk, { exchange, call }: Asking, pending: PendingApproval): Verdict {
  const response = pendingAnswer(exchange, call, pending, { url: url(pending.id) })
  return { kind: 'answered', response, error: 'approval_pending' }
}

/** Who does not open our page has answered nothing: others still can. But this request is over. */
function unopened({ url }: Desk, { exchange, call }: Asking, pending: PendingApproval): Verdict {
  const words = { url: url(pending.id), unopened: true }
  const response = pendingAnswer(exchange, call, pending, words)
  return { kind: 'answered', response, error: 'approval_pending' }
}

function settled(
  desk: Desk,
  asking: Asking,
  answer: Exclude<ApprovalAnswer, { kind: 'pending' }>,
): Verdict {
  return answer.kind === 'refused'
    ? refused(asking, answer)
    : { kind: 'granted', grant: grantOf(desk, answer.approval) }
}

function refused({ exchange, call }: Asking, refusal: Refusal): Verdict {
  const response = refusedAnswer(exchange, call, refusal)
  return { kind: 'answered', response, error: 'approval_refused' }
}

function grantOf(desk: Desk, approval: CallApproval): Grant {
  return {
    approval,
    async use({ exchange, call }) {
      const used = await desk.approvals.use(call, approval)
      return used ? undefined : refusedAnswer(exchange, call, { ...SPENT, id: approval.id })
    },
    carry: (asking, response) => {
      const until = desk.now() + asking.call.denial.lift.maxAge
      return carried(desk, asking, response, { approval, until })
    },
  }
}

/**
 * A later round of a call that was approved and has left: nobody is asked again, and nothing but that call
 * goes on, once for each answer of its server, while all that the approval was given under still holds.
 */
function goOn(desk: Desk, asking: Asking, passed: PassedState): Verdict {
  const { approval, until, pass, under } = passed
  const holds = ({ call }: Asking): boolean => under === underOf(call)
  const refusal: Refusal = { ...SPENT, id: approval.id }
  if (!holds(asking)) return refused(asking, refusal)
  const grant: Grant = {
    approval,
    use: async (now) =>
      holds(now) && desk.passes.take(pass)
        ? undefined
        : refusedAnswer(now.exchange, now.call, refusal),
    carry: (now, response) => carried(desk, now, response, { approval, until }),
  }
  return { kind: 'granted', grant }
}

/** Binds the server's next round to the approval. One for a pattern is found anew in each round. */
function carried(
  { seal, passes, now }: Desk,
  { call, round }: Asking,
  response: Response,
  { approval, until }: Pick<PassedState, 'approval' | 'until'>,
): Response {
  if (approval.kind === 'pattern' || response.kind !== 'result') return response
  const { resultType, requestState } = response.result
  if (resultType !== 'input_required' || until <= now()) return response
  const state: PassedState = {
    kind: 'passed',
    pass: passes.issue(until),
    approval,
    under: underOf(call),
    until,
    ...(typeof requestState === 'string' ? { inner: requestState } : {}),
  }
  const sealed = seal.seal({ approval: state }, round.binding())
  const value = { ...losslessResult(response), requestState: sealed }
  return { kind: 'result', id: response.id, result: value }
}

/** All that must be the same in every round of an approved call, besides what its state is bound to. */
function underOf({ definition, policies, denial }: LiftableCall): Digest {
  const { lift } = denial
  return sha256(
    canonicalJson({ definition, policies, lift: { ...lift, approvers: [...lift.approvers] } }),
  )
}
