import type { Decision, DecisionPoint, Lift } from '../../kernel/access.ts'
import { type Marking, type ScreenAction, type Screened, screened } from '../../kernel/screening.ts'
import { screenId } from '../screens/screen.ts'
import type { ContentOfTest } from './fact-schema.ts'
import type { ReadyTest } from './run-tests.ts'

/** What policies make of a test: of a call, or of what was found in a result. */
export interface Judged {
  /** Undefined where the test is about a result. */
  readonly decision: Decision | undefined
  readonly word: 'permit' | 'deny' | 'ask' | ScreenAction
  /** Ids, sorted. */
  readonly by: readonly string[]
  /** Ids of the screens that are about what was found, sorted. */
  readonly screens: readonly string[]
  readonly content: Pick<Screened, 'action' | 'alert' | 'stop'>
  readonly marking: Marking
  readonly lift: Lift | undefined
}

/** Judges a test by a decision point. */
export function judge(
  point: DecisionPoint,
  { request, result }: Pick<ReadyTest, 'request' | 'result'>,
): Judged {
  const plan = point.screens(request, result === undefined ? 'outbound' : 'inbound')
  const found: readonly ContentOfTest[] = result ?? request.facts.content ?? []
  const { matches, action, alert, stop, lift } = screened(plan, found)
  const names = matches.flatMap(({ screens }) => screens)
  const screens = [...new Set(names)].map((name) => screenId({ name })).sort()
  const seen = { screens, content: { action, alert, stop }, marking: plan.marking }
  if (result !== undefined) {
    return { decision: undefined, word: action, by: screens, ...seen, lift }
  }
  const decision = point.decide(request)
  const lifted = decision.effect === 'deny' ? decision.lift : undefined
  return {
    decision,
    word: lifted === undefined ? decision.effect : 'ask',
    by: decision.determining.map(({ policy }) => policy).sort(),
    ...seen,
    lift: lifted,
  }
}
