import type { Lift } from './access.ts'
import type { ContentCategory, ContentFinding } from './content.ts'
import { isAtLeast } from './finding.ts'
import { joinedLift } from './lift.ts'

/**
 * What happens to content, the mildest first. `mark`: it passes with a label. `redact`: what was found is
 * replaced. `withhold`: nothing passes until a human releases it. `block`: nothing passes.
 */
export const SCREEN_ACTIONS = ['allow', 'mark', 'redact', 'withhold', 'block'] as const
export type ScreenAction = (typeof SCREEN_ACTIONS)[number]

/** What one screen says of one category. */
export interface ScreenRule {
  /** The name of the screen; decisions and records say `screen:name`. */
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
  /** Who may release what is withheld; absent: nobody, so that it is blocked. */
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

/** What rules look at. */
export type Screenable = Pick<ContentFinding, 'category' | 'type' | 'certainty'>

/** What a plan makes of findings. */
export interface Screened<Item extends Screenable = ContentFinding> {
  /** The strictest action of all. What nobody may release is not withheld, but blocked. */
  readonly action: ScreenAction
  /** Each finding that some rule is about. */
  readonly matches: readonly ScreenMatch<Item>[]
  readonly alert: boolean
  readonly stop: boolean
  /** Of what is withheld: who may release all of it. */
  readonly lift?: Lift
}

export interface ScreenMatch<Item extends Screenable = ContentFinding> {
  readonly finding: Item
  /** Its strictest rule; it alerts and stops if any rule about the finding does. */
  readonly rule: ScreenRule
  /** All screens that are as strict, in the order of the plan. */
  readonly screens: readonly string[]
}

/** Applies a plan to findings. Pure, linear; a finding that no rule is about passes. */
export function screened<Item extends Screenable>(
  plan: ScreenPlan,
  findings: readonly Item[],
): Screened<Item> {
  const lifts = new Set<Lift | undefined>()
  const matches = findings.flatMap((finding) => {
    const about = plan.rules.filter((rule) => isAbout(rule, finding))
    const worst = Math.max(...about.map(rank))
    const strictest = about.filter((rule) => rank(rule) === worst)
    const [rule] = strictest
    if (rule === undefined) return []
    if (rule.action === 'withhold') for (const { lift } of strictest) lifts.add(lift)
    const joined = {
      ...rule,
      alert: about.some(({ alert }) => alert),
      stop: about.some(({ stop }) => stop),
    }
    return [{ finding, rule: joined, screens: [...new Set(strictest.map(({ screen }) => screen))] }]
  })
  const worst = SCREEN_ACTIONS[Math.max(0, ...matches.map(({ rule }) => rank(rule)))] ?? 'block'
  const lift = worst === 'withhold' ? joinedLift([...lifts]) : undefined
  return {
    action: worst === 'withhold' && lift === undefined ? 'block' : worst,
    matches,
    alert: matches.some(({ rule }) => rule.alert),
    stop: matches.some(({ rule }) => rule.stop),
    ...(lift === undefined ? {} : { lift }),
  }
}

function isAbout({ category, types, certainty }: ScreenRule, finding: Screenable): boolean {
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
