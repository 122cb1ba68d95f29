import type { Looked, PostureFacts, PostureRule } from './rules.ts'
import { POSTURE_RULES } from './rules.ts'

/** One line of the sum. */
export interface PostureItem extends Omit<PostureRule, 'look'> {
  /** `not_applicable`: there is nothing to look at, and the weight does not count. */
  readonly state: 'met' | 'partly' | 'not_met' | 'unknown' | 'not_applicable'
  /** How many of those that were looked at are as they should be; what is unknown is not. */
  readonly good: number
  readonly of: number
  /** Of the weight: its share that is good, in hundredths. */
  readonly earned: number
  /** What is not as it should be. */
  readonly open: readonly Looked[]
}

export interface Posture {
  /** From 0 to 100: a hundred times `earned` by `possible`, rounded down; absent while nothing counts. */
  readonly score?: number
  readonly earned: number
  readonly possible: number
  /** In the order of their rules. */
  readonly items: readonly PostureItem[]
}

/** Works the posture out: a sum that anybody can add up again. The same facts give the same posture. */
export function posture(facts: PostureFacts): Posture {
  const items = POSTURE_RULES.map((rule) => itemOf(rule, rule.look(facts)))
  const counting = items.filter(({ state }) => state !== 'not_applicable')
  const hundredths = counting.reduce((sum, { earned }) => sum + Math.round(earned * 100), 0)
  const possible = counting.reduce((sum, { weight }) => sum + weight, 0)
  const sum = { earned: hundredths / 100, possible, items }
  // Rounded down: a hundred is said of nothing that lacks anything.
  return possible === 0 ? sum : { score: Math.floor(hundredths / possible), ...sum }
}

function itemOf({ look: _, ...rule }: PostureRule, all: readonly Looked[]): PostureItem {
  const open = all.filter(({ state }) => state !== 'met')
  const good = all.length - open.length
  const earned = all.length === 0 ? 0 : Math.floor((rule.weight * 100 * good) / all.length) / 100
  return { ...rule, state: stateOf(all, open), good, of: all.length, earned, open }
}

function stateOf(all: readonly Looked[], open: readonly Looked[]): PostureItem['state'] {
  if (all.length === 0) return 'not_applicable'
  if (open.length === 0) return 'met'
  if (open.length < all.length) return 'partly'
  return open.every(({ state }) => state === 'unknown') ? 'unknown' : 'not_met'
}
