import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import type { Range } from '../text/passage.ts'
import { BLOB, mayBeBlob, readBlob } from './blob.ts'
import { isJson, type JsonToken, jsonTokens } from './json-text.ts'

/** A step from the value as a whole to one within it. Pointers are spelled only where something is found. */
export interface Step {
  readonly parent: Step | undefined
  readonly name: string | number
  readonly depth: number
}

/** One text of a value: a string, a name, a number, or one of those within the JSON that a string holds. */
export interface Leaf {
  readonly step: Step | undefined
  readonly inName: boolean
  readonly kind: 'text' | 'name' | 'number'
  readonly text: string
  /** The name of the member that holds it. */
  readonly name: string
  /** How it was encoded in the string of the value; empty: as it is. */
  readonly via: readonly string[]
  /** Where a range of it stands in the string of the value. */
  place(start: number, end: number): Range
}

export interface LeafBounds {
  /** Deeper values are not looked at. */
  readonly depth: number
  /** Values and names. */
  readonly leaves: number
  /** JSON in texts of JSON. */
  readonly nested: number
}

export const LEAF_BOUNDS: LeafBounds = { depth: 2_000, leaves: 2_000_000, nested: 3 }

/** How a number in the JSON of a text is said to be encoded: only a number can stand in its place. */
export const NUMBER = 'number'

const asItIs = (start: number, end: number): Range => ({ start, end })

/** Numbers with fewer digits say nothing of a person. */
const FEWEST_DIGITS = 1e7
const PLACE_NAME = /^(?:lat|lon|lng|latitude|longitude)$/i

interface Waiting {
  readonly value: Json
  readonly step: Step | undefined
  readonly name: string
  readonly parent: JsonObject | undefined
}

/** What a name says to those who read its value: a name in odd characters says nothing. */
const SAYING = /^[\p{L}\p{M}\p{N}_ .$-]{1,64}$/u

function contextOf(name: string): string {
  return SAYING.test(name) ? name : ''
}

/** All leaves of a value in order, without recursion. Calls `onBound` when something is left out. */
export function* leavesOf(
  value: Json,
  onBound: () => void,
  bounds: LeafBounds = LEAF_BOUNDS,
): Generator<Leaf, void> {
  const waiting: Waiting[] = [{ value, step: undefined, name: '', parent: undefined }]
  let left = bounds.leaves
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    left -= 1
    const isDeep = (next.step?.depth ?? 0) > bounds.depth && typeof next.value === 'object'
    if (left < 0 || isDeep) onBound()
    if (left < 0) return
    if (!isDeep) yield* leavesAt(next, waiting, bounds, onBound)
  }
}

function* leavesAt(
  next: Waiting,
  waiting: Waiting[],
  bounds: LeafBounds,
  onBound: () => void,
): Generator<Leaf, void> {
  const { value, step, name } = next
  if (typeof value === 'string') yield* textLeaves(next, value, bounds.nested, onBound)
  else if (typeof value === 'number') {
    if (saysSomething(value, name))
      yield {
        step,
        inName: false,
        kind: 'number',
        text: String(value),
        name,
        via: [],
        place: asItIs,
      }
  } else if (Array.isArray(value)) pushItems(next, value, waiting)
  else if (isObject(value)) yield* memberLeaves(next, value, waiting)
}

function saysSomething(value: number, name: string): boolean {
  return Number.isInteger(value) ? Math.abs(value) >= FEWEST_DIGITS : PLACE_NAME.test(name)
}

function pushItems({ step, name }: Waiting, items: readonly Json[], waiting: Waiting[]): void {
  const depth = (step?.depth ?? 0) + 1
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const value = items[index]
    if (value === null || typeof value === 'boolean' || value === undefined) continue
    waiting.push({ value, step: { parent: step, name: index, depth }, name, parent: undefined })
  }
}

/** A name that is nothing but a name is looked at beside its value. */
const PLAIN_NAME = /^(?:[A-Za-z_$][A-Za-z_$-]{0,31}|(?!\w{0,8}\d{4})[A-Za-z_$][\w$-]{0,11})$/

function* memberLeaves(
  { step }: Waiting,
  object: JsonObject,
  waiting: Waiting[],
): Generator<Leaf, void> {
  const depth = (step?.depth ?? 0) + 1
  const names = Object.keys(object)
  for (const name of names) {
    if (PLAIN_NAME.test(name)) continue
    const at = { parent: step, name, depth }
    yield { step: at, inName: true, kind: 'name', text: name, name: '', via: [], place: asItIs }
  }
  for (let index = names.length - 1; index >= 0; index -= 1) {
    const name = names[index] ?? ''
    const value = object[name]
    if (value === null || value === undefined || typeof value === 'boolean') continue
    const next = { parent: step, name, depth }
    waiting.push({ value, step: next, name: contextOf(name), parent: object })
  }
}

interface Nested {
  readonly text: string
  readonly via: readonly string[]
  readonly name: string
  readonly left: number
  place(start: number, end: number): Range
}

/** A string as it is; or, if it is JSON, what that holds; and the text in a blob. */
function* textLeaves(
  { step, name, parent }: Waiting,
  value: string,
  nested: number,
  onBound: () => void,
): Generator<Leaf, void> {
  const blob = parent !== undefined && mayBeBlob(parent, name) ? readBlob(value) : undefined
  const outer: Nested =
    blob === undefined
      ? { text: value, via: [], name, left: nested, place: asItIs }
      : { text: blob.text, via: [BLOB], name: '', left: nested, place: blob.place }
  const waiting: Nested[] = [outer]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isJson(next.text)) {
      yield { ...next, step, inName: false, kind: 'text' }
      continue
    }
    if (next.left === 0) onBound()
    yield* tokenLeaves(next, step, waiting)
  }
}

function* tokenLeaves(outer: Nested, step: Step | undefined, waiting: Nested[]): Generator<Leaf> {
  for (const token of jsonTokens(outer.text)) {
    if (token.kind === 'name' && PLAIN_NAME.test(token.text)) continue
    const inner = nestedIn(outer, token)
    const isNested = token.kind === 'string' && outer.left > 0 && /^\s{0,64}[[{]/.test(token.text)
    if (isNested) waiting.push(inner)
    else yield { ...inner, step, inName: false, kind: KINDS[token.kind] }
  }
}

const KINDS = { string: 'text', name: 'name', number: 'number' } as const

function nestedIn({ via, name, left, place }: Nested, token: JsonToken): Nested {
  return {
    text: token.text,
    via: token.kind === 'number' ? [...via, NUMBER] : via,
    name: token.name === '' ? name : contextOf(token.name),
    left: left - 1,
    place: (start, end) => {
      const inner = token.place(start, end)
      return place(inner.start, inner.end)
    },
  }
}

/** The JSON Pointer (RFC 6901) of a step. */
export function pointerTo(step: Step | undefined): string {
  const names: string[] = []
  for (let one = step; one !== undefined; one = one.parent) names.push(escapeStep(String(one.name)))
  return names
    .reverse()
    .map((name) => `/${name}`)
    .join('')
}
