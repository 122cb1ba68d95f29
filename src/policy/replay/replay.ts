import type { AccessRequest, Decision, DecisionPoint } from '../../kernel/access.ts'
import type { Limits, Reservation, Used } from '../../kernel/limits.ts'

/** A call as its record has it. */
export interface RecordedCall {
  readonly call: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly subject: string
  readonly server: string
  readonly target: string
  /** What was decided; undefined for a call that failed before. */
  readonly decision: RecordedDecision | undefined
  /** What the decision saw; undefined when the record did not keep it. */
  readonly request: AccessRequest | undefined
  /** Whether `request` is all of it: nothing was taken out. */
  readonly exact: boolean
  /** Milliseconds that the call ran, and what it used; undefined when its end is not on record. */
  readonly ended: { readonly duration: number; readonly used: Used } | undefined
}

export interface RecordedDecision {
  readonly effect: 'permit' | 'deny'
  /** Whether a human could have lifted the denial. */
  readonly ask: boolean
  /** Ids of the determining policies. */
  readonly policies: readonly string[]
}

/** What a decision comes to for a caller. `ask`: denied, unless a human lifts it. */
export const VERDICTS = ['deny', 'ask', 'permit'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What a draft does to a recorded call. */
export type Replayed =
  | { readonly kind: 'same'; readonly verdict: Verdict }
  | {
      readonly kind: 'flipped'
      readonly from: Verdict
      readonly to: Verdict
      /** Who decided then, and by the draft. */
      readonly before: readonly string[]
      readonly after: readonly string[]
      readonly decision: Decision
    }
  /** Nothing was decided, so there is nothing to compare. */
  | { readonly kind: 'undecided' }
  /** The draft decides by what the record did not keep. */
  | { readonly kind: 'unknown' }

/** The draft, as it would be enforced. */
export interface Draft {
  readonly point: DecisionPoint
  /** The draft's limits, counting by `clock`. */
  readonly limits: Limits
  /** Sets the time of those limits. */
  readonly setTime: (time: number) => void
}

/**
 * Puts recorded calls to a draft, in their order, as if it had been enforced then: policies and
 * guards see what was seen, limits count what the draft permits. What humans approved stays approved:
 * whether they would be asked otherwise by the draft, nobody knows. One at a time, so that any number
 * of calls takes the memory of those that ran at once.
 */
export function replayer(draft: Draft): (call: RecordedCall) => Promise<Replayed> {
  const running: { until: number; reservation: Reservation; used: Used }[] = []

  const endUntil = (time: number): void => {
    const over = running.filter(({ until }) => until <= time).sort((a, b) => a.until - b.until)
    for (const { until, reservation, used } of over) {
      draft.setTime(until)
      draft.limits.settle(reservation, () => used)
    }
    const left = running.filter(({ until }) => until > time)
    running.splice(0, running.length, ...left)
  }
  const decide = async (call: RecordedCall, request: AccessRequest): Promise<Decision> => {
    endUntil(request.time)
    draft.setTime(request.time)
    const rate = await draft.limits.left(request)
    const seen = { ...request, rate }
    const decision = draft.point.decide(seen)
    if (decision.effect === 'deny') return decision
    const taken = await draft.limits.reserve(seen, decision.obligations?.limit ?? [])
    if ('limit' in taken)
      return { effect: 'deny', determining: [{ policy: `limit:${taken.limit}` }], errors: [] }
    const { duration, used } = call.ended ?? { duration: 0, used: { bytes: 0, rows: 0 } }
    running.push({ until: request.time + duration, reservation: taken, used })
    return decision
  }
  return async (call) => {
    if (call.decision === undefined) return { kind: 'undecided' }
    if (call.request === undefined) return { kind: 'unknown' }
    // What was taken out may be what decides, unless nothing could permit the call.
    if (!call.exact && draft.point.visible(call.request)) return { kind: 'unknown' }
    const decision = await decide(call, call.request)
    const [from, to] = [recordedVerdict(call.decision), verdictOf(decision)]
    if (from === to) return { kind: 'same', verdict: to }
    const after = decision.determining.map(({ policy }) => policy)
    return { kind: 'flipped', from, to, before: call.decision.policies, after, decision }
  }
}

export function verdictOf(decision: Decision): Verdict {
  if (decision.effect === 'permit') return 'permit'
  return decision.lift === undefined ? 'deny' : 'ask'
}

function recordedVerdict({ effect, ask }: RecordedDecision): Verdict {
  if (effect === 'permit') return 'permit'
  return ask ? 'ask' : 'deny'
}
