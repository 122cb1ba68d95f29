import type { Lift } from './access.ts'
import type { ContentCategory, ContentFinding } from './content.ts'
import { isAtLeast } from './finding.ts'

/**
 * What happens to content, the mildest first. `mark`: it passes with a label. `redact`: what was found is
 * replaced. `withhold`: nothing passes until a human releases it. `block`: nothing passes.
 */
export const SCREEN_ACTIONS = ['allow', 'mark', 'redact', 'withhold', 'block'] as const
export type ScreenAction = (typeof SCREEN_ACTIONS)[number]

/** What one screen says of one category. */
export interface ScreenRule {
  /** The name of the screen, as `screen:name` in decisions and records. */
  readonly screen: string
  readonly category: ContentCategory
  /** Types of this category that it is about; absent: all. */
  readonly types?: readonly string[]
  /** Findings that are less sure than this do not count. */
  readonly certainty: ContentFinding['certainty']
  readonly action: ScreenAction
  /** Whether somebody is told. */
  readonly alert: boolean
  /** Whether the caller's grant ends at once. */
  readonly stop: boolean
  /** Who may release what is withheld; absent: nobody. */
  readonly lift?: Lift
}

/** Where the source and trust of results stand: in `_meta` alone, or around the text too. */
export type Marking = 'none' | 'meta' | 'text'

/** All that policies say of the content of one message. */
export interface ScreenPlan {
  readonly rules: readonly ScreenRule[]
  readonly marking: Marking
}

/** Nothing is looked for. */
export const NO_SCREENS: ScreenPlan = { rules: [], marking: 'none' }

/** What a plan makes of findings. */
export interface Screened {
  /** The strictest action of all. */
  readonly action: ScreenAction
  /** Each finding that some rule is about, with its strictest rule. */
  readonly matches: readonly { readonly finding: ContentFinding; readonly rule: ScreenRule }[]
  readonly alert: boolean
  readonly stop: boolean
}

/** Applies a plan to findings. Pure, linear; a finding that no rule is about passes. */
export function screened(plan: ScreenPlan, findings: readonly ContentFinding[]): Screened {
  const matches = findings.flatMap((finding) => {
    const about = plan.rules.filter((rule) => isAbout(rule, finding))
    const rule = about.reduce<ScreenRule | undefined>(
      (worst, one) => (worst && rank(worst) >= rank(one) ? worst : one),
      undefined,
    )
    if (rule === undefined) return []
    const joined = {
      ...rule,
      alert: about.some(({ alert }) => alert),
      stop: about.some(({ stop }) => stop),
    }
    return [{ finding, rule: joined }]
  })
  const worst = Math.max(0, ...matches.map(({ rule }) => rank(rule)))
  return {
    action: SCREEN_ACTIONS[worst] ?? 'block',
    matches,
    alert: matches.some(({ rule }) => rule.alert),
    stop: matches.some(({ rule }) => rule.stop),
  }
}

function isAbout({ category, types, certainty }: ScreenRule, finding: ContentFinding): boolean {
  return (
    category === finding.category &&
    (types?.includes(finding.type) ?? true) &&
    isAtLeast(finding.certainty, certainty)
  )
}

function rank({ action }: ScreenRule): number {
  return SCREEN_ACTIONS.indexOf(action)
}

/** One finding as a record keeps it: what, where, what was done; never the value. */
export interface RecordedFinding {
  readonly category: ContentCategory
  readonly type: string
  readonly rule: string
  readonly certainty: ContentFinding['certainty']
  readonly at: string
  readonly action: ScreenAction
  readonly screen: string
  /** Which message of the call: `arguments`, `result`, `error`, `question`, `answer`, `notification`. */
  readonly part: string
}
