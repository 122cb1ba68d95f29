import type { AccessRequest } from '../../kernel/access.ts'
import type { RandomId } from '../../kernel/ports.ts'
import type { RecordedFinding } from '../../kernel/screening.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import type { Aim } from '../aim.ts'
import type { Known } from '../known.ts'
import { textsForRecords } from './for-records.ts'
import { guarded } from './guard.ts'
import { inOrder } from './in-order.ts'
import { type Incoming, lookAtAnswer } from './incoming.ts'
import { type Leaving, lookAtLeaving } from './leaving.ts'
import { type Looker, type LookOptions, looker } from './look.ts'
import { reactions } from './react.ts'

export interface CallScreenOptions extends LookOptions {
  readonly randomId: RandomId
}

/** Everything that is said in one call, looked at before it goes on. */
export interface CallScreen {
  /** Looks at what would leave, before anybody decides. @throws as `lookAtLeaving`. */
  leaving(aim: Aim, known: Known, request: AccessRequest): Promise<Leaving>
  /** The call's exchange, through which what its server tells and asks passes only looked at. */
  guard(exchange: Exchange, request: AccessRequest): Exchange
  /** Resolves when all that its server told so far has gone on, or never will. */
  settled(): Promise<void>
  /** Looks at the answer. @throws as `lookAtAnswer`. */
  answer(response: Response, known: Known, request: AccessRequest): Promise<Incoming>
  /** Texts as records may hold them. @throws as `textsForRecords`. */
  forRecords(texts: readonly string[], request: AccessRequest): Promise<readonly string[]>
  /** What was found so far, for the record. */
  found(): readonly RecordedFinding[]
}

/** Notifications of one call that may wait to be looked at. */
export const MOST_WAITING = 1_000
/** Findings that the record of one call keeps. */
const MOST_FOUND = 100

/** Makes the screen of one call. See {@link CallScreen}. */
export function callScreen(options: CallScreenOptions, call: string): CallScreen {
  // A call that people approve is looked at once more: what counts is what left.
  let sent: RecordedFinding[] = []
  const heard: RecordedFinding[] = []
  const react = reactions(options, 'recorded')
  const order = inOrder(MOST_WAITING, (cause) =>
    options.log(`a notification in call ${call} was kept back`, cause),
  )
  const over = (request: AccessRequest, kept: RecordedFinding[]): Looker =>
    looker(options, request, call, react, (found) => {
      if (kept.length < MOST_FOUND) kept.push(...found.slice(0, MOST_FOUND - kept.length))
    })
  return {
    leaving(aim, known, request) {
      sent = []
      return lookAtLeaving(options, over(request, sent), aim, known)
    },
    guard: (exchange, request) => guarded(exchange, over(request, heard), order),
    settled: order.settled,
    answer: (response, known, request) =>
      lookAtAnswer(options, over(request, heard), response, known, request),
    forRecords: (texts, request) => textsForRecords(options, request, texts),
    found: () => [...sent, ...heard].slice(0, MOST_FOUND),
  }
}
