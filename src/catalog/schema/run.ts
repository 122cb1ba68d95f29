import type { Json } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'

/** What is wrong with a value, in public words. */
export interface Violation {
  /** Where: a JSON Pointer (RFC 6901); empty for the whole value. */
  readonly pointer: string
  /** A predicate without a subject: `must be a string`. */
  readonly message: string
}

/** Which members and items of one value some schema has looked at (2020-12, core, section 11). */
export interface Seen {
  readonly keys: Set<string>
  /** Items before this index. */
  items: number
  readonly indexes: Set<number>
}

/** One evaluation: what it may still spend, where it stands, what it found. */
export interface Run {
  /** Units left: about one per subschema, keyword, member, and state of a pattern per character. */
  budget: number
  depth: number
  readonly path: (string | number)[]
  /** Above zero inside `not`, `if`, `anyOf` and the like, where a failure is no violation. */
  muted: number
  readonly violations: Violation[]
}

/** Evaluates a schema, or one keyword, on a value. False = invalid, and reported unless muted. */
export type Check = (value: Json, run: Run, seen: Seen | undefined) => boolean

/** A few tens of milliseconds; a plain call of 1 KiB spends about a hundred. */
const BUDGET = 4_000_000
const MAX_NESTED = 400
const MAX_VIOLATIONS = 8
const MAX_POINTER = 256

const TOO_COMPLEX = 'takes too much work to check against its schema'

/** Thrown when an evaluation has spent its budget; turned into a violation by {@link evaluate}. */
class Spent extends Error {}

/**
 * Evaluates with a bounded amount of work, whatever schema and value are. What cannot be decided
 * within the bound is a violation.
 */
export function evaluate(check: Check, value: Json): readonly Violation[] {
  const run: Run = { budget: BUDGET, depth: 0, path: [], muted: 0, violations: [] }
  try {
    if (check(value, run, undefined)) return []
  } catch (thrown) {
    if (!(thrown instanceof Spent)) throw thrown
    return [{ pointer: '', message: TOO_COMPLEX }]
  }
  return run.violations
}

/** Takes units from the budget. */
export function spend(run: Run, units: number): void {
  run.budget -= units
  if (run.budget < 0) throw new Spent()
}

/** Begins the evaluation of a subschema; the caller lowers `depth` again. */
export function enter(run: Run, units: number): void {
  spend(run, units)
  run.depth += 1
  if (run.depth > MAX_NESTED) throw new Spent()
}

/** Whether nothing is gained by looking further after a failure. */
function settled(run: Run): boolean {
  return run.muted > 0 || run.violations.length >= MAX_VIOLATIONS
}

/** Reports a violation at the place where the run stands. Always false. */
export function fail(run: Run, message: string): false {
  if (!settled(run)) run.violations.push({ pointer: pointerOf(run.path), message })
  return false
}

/** Whether all hold. Goes on after a failure while there is more to report. */
export function all<T>(
  run: Run,
  list: readonly T[],
  holds: (thing: T, index: number) => boolean,
): boolean {
  let valid = true
  for (let i = 0; i < list.length; i += 1) {
    if (holds(list[i] as T, i)) continue
    valid = false
    if (settled(run)) break
  }
  return valid
}

/** Evaluates on a member or an item. */
export function descend(check: Check, value: Json, key: string | number, run: Run): boolean {
  run.path.push(key)
  const valid = check(value, run, undefined)
  run.path.pop()
  return valid
}

/** Evaluates without reporting. */
export function quietly(check: Check, value: Json, run: Run, seen: Seen | undefined): boolean {
  run.muted += 1
  const valid = check(value, run, seen)
  run.muted -= 1
  return valid
}

export function nothingSeen(): Seen {
  return { keys: new Set(), items: 0, indexes: new Set() }
}

/** Adds what a subschema saw. */
export function absorb(into: Seen, from: Seen): void {
  for (const key of from.keys) into.keys.add(key)
  into.items = Math.max(into.items, from.items)
  for (const index of from.indexes) into.indexes.add(index)
}

function pointerOf(path: readonly (string | number)[]): string {
  const pointer = path.map((key) => `/${escapeStep(String(key))}`).join('')
  return pointer.length <= MAX_POINTER ? pointer : `${pointer.slice(0, MAX_POINTER)}…`
}
