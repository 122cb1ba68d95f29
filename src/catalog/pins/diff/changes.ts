import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts'
import { escapeStep } from '../../../kernel/json-pointer.ts'

import { canonicalForm } from '../pin-digest.ts'

/** One place at which two JSON values differ. */
export interface Change {
  /** Into the newer value; into the older one where something was removed. */
  readonly path: readonly string[]
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before: Json | undefined
  readonly after: Json | undefined
  /** Whether these are elements of the list at `path`, whose order says nothing. */
  readonly element?: true
}

/** Keywords of JSON Schema whose arrays are sets. */
const SETS = new Set(['enum', 'required', 'type', 'examples'])

/** Deeper values are compared as a whole. */
const MAX_DEPTH = 64

/**
 * How two JSON values differ: nothing if and only if they are the same to JSON, whatever the order of their
 * members. Linear in size times depth.
 */
export function changesOf(before: Json, after: Json): readonly Change[] {
  const changes: Change[] = []
  compare(before, after, [], changes)
  return changes
}

export function pointerOf(path: readonly string[]): string {
  return path.map((step) => `/${escapeStep(step)}`).join('')
}

/** A member of its own; what objects inherit is none. */
export function member(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function compare(before: Json, after: Json, path: readonly string[], changes: Change[]): void {
  if (path.length < MAX_DEPTH) {
    if (Array.isArray(before) && Array.isArray(after)) {
      compareLists(before, after, path, changes)
      return
    }
    if (isObject(before) && isObject(after)) {
      compareObjects(before, after, path, changes)
      return
    }
  }
  if (!isSame(before, after)) changes.push({ path, kind: 'changed', before, after })
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  path: readonly string[],
  changes: Change[],
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    compareMembers(member(before, name), member(after, name), [...path, name], changes)
}

function compareMembers(
  before: Json | undefined,
  after: Json | undefined,
  path: readonly string[],
  changes: Change[],
): void {
  if (before !== undefined && after !== undefined) compare(before, after, path, changes)
  else if (after !== undefined) changes.push({ path, kind: 'added', before, after })
  else if (before !== undefined) changes.push({ path, kind: 'removed', before, after })
}

type List = readonly Json[]

function compareLists(before: List, after: List, path: readonly string[], changes: Change[]): void {
  const found = changes.length
  const keys = keyFor(path.at(-1), before, after)
  if (keys === undefined) {
    compareByPlace(before, after, path, changes)
    return
  }
  const [old, now] = [keys(before), keys(after)]
  for (const [key, index] of now) {
    const was = old.get(key)
    const step = [...path, String(index)]
    if (was !== undefined) compareMembers(before[was], after[index], step, changes)
    else changes.push(elementOf(path, 'added', undefined, after, index))
  }
  for (const [key, index] of old)
    if (!now.has(key)) changes.push(elementOf(path, 'removed', before, undefined, index))
  // The same elements in another order, or more often.
  if (changes.length === found && !isSame(before, after))
    changes.push({ path, kind: 'changed', before, after })
}

function elementOf(
  path: readonly string[],
  kind: 'added' | 'removed',
  before: List | undefined,
  after: List | undefined,
  index: number,
): Change {
  const [was, is] = [before?.[index], after?.[index]]
  return isObject(was ?? is)
    ? { path: [...path, String(index)], kind, before: was, after: is }
    : { path, kind, before: was, after: is, element: true }
}

/** By what elements of a list are told apart, where that is not their place. */
function keyFor(
  name: string | undefined,
  before: List,
  after: List,
): ((list: List) => ReadonlyMap<string, number>) | undefined {
  const all = [...before, ...after]
  if (SETS.has(name ?? '') && all.every(isScalar)) return (list) => indexed(list, spelled)
  if (name === 'arguments' && [before, after].every(isNamed)) return (list) => indexed(list, nameOf)
  return undefined
}

function indexed(list: List, key: (value: Json) => string): ReadonlyMap<string, number> {
  return new Map(list.map((value, index) => [key(value), index]))
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null
}

function isNamed(list: List): boolean {
  const names = list.map((value) => (isObject(value) ? member(value, 'name') : undefined))
  return names.every((name) => typeof name === 'string') && new Set(names).size === list.length
}

function nameOf(value: Json): string {
  return isObject(value) ? String(member(value, 'name')) : ''
}

function spelled(value: Json): string {
  return JSON.stringify(value)
}

/** Elements by their place, after those that both lists begin and end with. */
function compareByPlace(
  before: List,
  after: List,
  path: readonly string[],
  changes: Change[],
): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && isSame(at(before, start), at(after, start))) start += 1
  let end = 0
  while (end < shorter - start && isSame(at(before, -1 - end), at(after, -1 - end))) end += 1
  const longer = Math.max(before.length, after.length)
  for (let index = start; index < longer - end; index += 1)
    compareMembers(
      index < before.length - end ? before[index] : undefined,
      index < after.length - end ? after[index] : undefined,
      [...path, String(index)],
      changes,
    )
}

function at(list: List, index: number): Json {
  return list.at(index) ?? null
}

/** Whether two values are the same to JSON. */
function isSame(before: Json, after: Json, depth = 0): boolean {
  if (before === after) return true
  if (depth > MAX_DEPTH) return canonicalForm(before) === (canonicalForm(after) ?? null)
  if (Array.isArray(before) && Array.isArray(after))
    return (
      before.length === after.length &&
      before.every((value, index) => isSame(value, at(after, index), depth + 1))
    )
  if (!isObject(before) || !isObject(after)) return false
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].every((name) => {
    const [was, is] = [member(before, name), member(after, name)]
    return was === undefined || is === undefined ? was === is : isSame(was, is, depth + 1)
  })
}
