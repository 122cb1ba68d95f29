import type { AST } from '@eslint-community/regexpp'
import { type Automaton, type Budget, loopOf, OverBudget, spend } from './automaton.ts'
import { type Atom, type CharacterSet, characterSets, overlap } from './characters.ts'

/** Steps for one expression: an expression that people write takes a few hundred. */
const BUDGET = 200_000

/**
 * Whether one of the loops can match some text in two ways and be where it was: then twice the text
 * has four, and so on (A. Weber, H. Seidl, 1991, criterion EDA). Exactly these expressions take an
 * engine that backtracks exponential time, if what follows the loop can fail. Also true for an
 * expression that is too large to be judged.
 *
 * @param loops the outermost quantifiers without end
 * @param named code points that the expression names
 */
export function isExponential(
  loops: readonly AST.Quantifier[],
  named: readonly number[],
  mode: string,
): boolean {
  const budget: Budget = { left: BUDGET }
  const setOf = characterSets(named, mode, (work) => spend(budget, work))
  try {
    return loops.some((loop) => isAmbiguous(loopOf(loop, budget), setOf, budget))
  } catch (error) {
    if (error instanceof OverBudget) return true
    throw error
  }
}

/** Two ways through a loop: what may follow on each, and whether they have been apart. */
interface Pair {
  readonly one: number
  readonly other: number
  readonly apart: boolean
}

/** A position on each of two ways. */
type Step = readonly [left: number, right: number]

/** Every position of a loop is reached from every other, so that any second way comes back. */
function isAmbiguous(
  { atoms, follow }: Automaton,
  setOf: (atom: Atom) => CharacterSet,
  budget: Budget,
): boolean {
  if (follow.some((next) => [...next.values()].some((ways) => ways > 1))) return true
  const meets = meeting(atoms.map(setOf))
  const { kindOf, targets } = kindsOf(follow, budget)
  const waiting = targets.map((_, kind): Pair => ({ one: kind, other: kind, apart: false }))
  const seen = new Set<string>()
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [ones = [], others = []] = [targets[pair.one], targets[pair.other]]
    spend(budget, ones.length * others.length)
    for (const [left, right] of steps(ones, others, pair, meets)) {
      // What was apart and is at one place again has come there in two ways.
      if (left === right) return true
      waiting.push(...unseen(kindOf[left] ?? 0, kindOf[right] ?? 0, seen))
    }
  }
  return false
}

/** Where a text leads on both ways. Ways that were never apart and still are not, are one. */
function* steps(
  ones: readonly number[],
  others: readonly number[],
  { apart }: Pair,
  meets: (one: number, other: number) => boolean,
): Generator<Step> {
  for (const left of ones) {
    for (const right of others) {
      if ((apart || left !== right) && meets(left, right)) yield [left, right]
    }
  }
}

function unseen(one: number, other: number, seen: Set<string>): readonly Pair[] {
  const key = `${Math.min(one, other)} ${Math.max(one, other)}`
  if (seen.has(key)) return []
  seen.add(key)
  return [{ one, other, apart: true }]
}

/** Positions with the same targets are alike: in a choice of a thousand words most are. */
function kindsOf(follow: Automaton['follow'], budget: Budget) {
  const kinds = new Map<string, number>()
  const targets: (readonly number[])[] = []
  const kindOf = follow.map((next) => {
    spend(budget, next.size)
    const positions = [...next.keys()].sort((a, b) => a - b)
    const key = positions.join(' ')
    const kind = kinds.get(key) ?? targets.push(positions) - 1
    kinds.set(key, kind)
    return kind
  })
  return { kindOf, targets }
}

/** Whether atoms have a character in common, found out once for each two different sets. */
function meeting(sets: readonly CharacterSet[]): (one: number, other: number) => boolean {
  const ids = new Map([...new Set(sets)].map((set, id) => [set, id]))
  const known = new Map<string, boolean>()
  return (one, other) => {
    const [left, right] = [sets[one], sets[other]]
    if (!left || !right) return false
    const key = `${ids.get(left)} ${ids.get(right)}`
    const answer = known.get(key) ?? overlap(left, right)
    known.set(key, answer)
    return answer
  }
}
