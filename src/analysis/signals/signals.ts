import type { Certainty, Severity } from '../../kernel/finding.ts'
import { type Unseen, type View, views } from '../text/decode.ts'
import { type CueName, cueOf } from './cues.ts'
import { type Account, accountOf, type Facts } from './facts.ts'
import type { Hit } from './find-cues.ts'
import { Model } from './model.ts'

/**
 * What the text is. `definition`: of a tool, prompt or resource, which tells a model what to do by its nature.
 * `content`: a result, which has no business to. `arguments`: what a model wrote itself.
 */
export type SignalProfile = 'definition' | 'content' | 'arguments'

/** Something in a text that speaks to a model as only its user or operator may. */
export interface Signal {
  /** `injection/` and the name of the cue; `injection/verdict` when only the whole speaks for it. */
  readonly rule: string
  readonly severity: Severity
  /** `likely` and above: act on it. `hint`: a trace. */
  readonly certainty: Certainty
  /** UTF-16 offsets in the text that was given, end exclusive. */
  readonly start: number
  readonly end: number
  /** One sentence: why. */
  readonly why: string
  /** How the passage was encoded, outermost first. */
  readonly via: readonly string[]
}

export interface SignalOptions {
  /** What nobody sees in the text, from `findHidden`. */
  readonly hidden?: readonly Unseen[]
  /** Called when something was left out because it would have been too much. */
  readonly onBound?: () => void
  /** What the text and its decoded passages are, if somebody has read them already. */
  readonly views?: Iterable<View>
}

/** More are of no use to anybody. */
const MOST_SIGNALS = 200
/** Log odds from which on a sentence is an injection; chosen so that at most 2 % of unseen families are. */
export const THRESHOLD: Readonly<Record<SignalProfile, number>> = {
  content: 0.4,
  arguments: 1,
  definition: 1.2,
}

const MODEL = new Model()

/**
 * Signs of prompt injection in a text and in what is encoded in it, in the order of the text. Linear, bounded,
 * total. What cues agree on is `likely`; a cue that stands alone, is quoted or talked about is a `hint`.
 */
export function findSignals(
  text: string,
  profile: SignalProfile,
  options: SignalOptions = {},
): readonly Signal[] {
  const signals: Signal[] = []
  for (const view of options.views ?? views(text, options)) {
    for (const signal of ofView(view, profile, options.onBound)) {
      if (signals.length >= MOST_SIGNALS) {
        options.onBound?.()
        return sorted(signals)
      }
      signals.push(signal)
    }
  }
  return sorted(signals)
}

function sorted(signals: readonly Signal[]): readonly Signal[] {
  return signals.toSorted((one, other) => one.start - other.start || one.end - other.end)
}

function* ofView(
  view: View,
  profile: SignalProfile,
  onBound: (() => void) | undefined,
): Generator<Signal> {
  const account = accountOf(view.text, onBound)
  for (const [which, facts] of account.facts.entries()) {
    const score = MODEL.score(account, which)
    const likely = score > THRESHOLD[profile]
    if (likely) yield verdict(view, account, which, score)
    for (const hit of facts.hits) {
      if (cueOf(hit.cue).severity !== 'info') yield signalOf(view, facts, hit, likely)
    }
  }
}

function signalOf(view: View, facts: Facts, hit: Hit, likely: boolean): Signal {
  const { severity, why } = cueOf(hit.cue)
  return {
    rule: `injection/${hit.cue satisfies CueName}`,
    severity: likely ? severity : 'low',
    certainty: likely && !hit.quoted ? 'likely' : 'hint',
    ...view.place(Math.max(hit.start, facts.start), Math.min(hit.end, facts.end)),
    why,
    via: view.via,
  }
}

function verdict(view: View, account: Account, which: number, score: number): Signal {
  const facts = account.facts[which]
  const reasons = MODEL.reasons(account, which, 4).map(({ feature }) => feature)
  return {
    rule: 'injection/verdict',
    severity: score > 2 ? 'high' : 'medium',
    certainty: 'likely',
    ...view.place(facts?.start ?? 0, facts?.end ?? 0),
    why: `it asks a model for something (${reasons.join(', ')})`,
    via: view.via,
  }
}
