import type { Long } from './long.ts'

/** A value of the Cedar language. */
export type Value =
  | boolean
  | Long
  | string
  | Entity
  | SetValue
  | RecordValue
  | Decimal
  | Ip
  | Datetime
  | Duration

/** A reference to an entity. `key` is unique per type and id: a type never holds a quote. */
export interface Entity {
  readonly kind: 'entity'
  readonly type: string
  readonly id: string
  readonly key: string
}

type Plain = boolean | Long | string
type Compound = Exclude<Value, Plain>

/** A set, split by how members are found: plain ones by identity, others by their canonical key. */
export interface SetValue {
  readonly kind: 'set'
  readonly plain: ReadonlySet<Plain>
  readonly compound: ReadonlyMap<string, Compound>
}

/** A record. Members may be made when asked for; one that has no Cedar value faults when read. */
export interface RecordValue {
  readonly kind: 'record'
  has(name: string): boolean
  /** @throws {Fault} for a member that is present and that Cedar cannot hold. */
  member(name: string): Value | undefined
  names(): readonly string[]
}

/** Ten thousandths. */
export interface Decimal {
  readonly kind: 'decimal'
  readonly scaled: Long
}

export interface Ip {
  readonly kind: 'ip'
  readonly version: 4 | 6
  readonly address: bigint
  readonly prefix: number
}

/** Milliseconds since the epoch. */
export interface Datetime {
  readonly kind: 'datetime'
  readonly ms: Long
}

/** Milliseconds. */
export interface Duration {
  readonly kind: 'duration'
  readonly ms: Long
}

export function entity(type: string, id: string): Entity {
  return { kind: 'entity', type, id, key: `${type}::"${id}` }
}

/** The set of some values: order and repetition are gone. */
export function setOf(members: Iterable<Value>): SetValue {
  const plain = new Set<Plain>()
  const compound = new Map<string, Compound>()
  for (const member of members) {
    if (typeof member === 'object') compound.set(canonicalKey(member), member)
    else plain.add(member)
  }
  return { kind: 'set', plain, compound }
}

export function recordOf(members: ReadonlyMap<string, Value>): RecordValue {
  return {
    kind: 'record',
    has: (name) => members.has(name),
    member: (name) => members.get(name),
    names: () => [...members.keys()],
  }
}

export function setHas(set: SetValue, value: Value): boolean {
  if (typeof value === 'object') {
    return set.compound.size > 0 && set.compound.has(canonicalKey(value))
  }
  return set.plain.has(value)
}

export function setHasAll(set: SetValue, other: SetValue): boolean {
  return (
    other.plain.values().every((value) => set.plain.has(value)) &&
    other.compound.keys().every((key) => set.compound.has(key))
  )
}

export function setHasAny(set: SetValue, other: SetValue): boolean {
  return (
    other.plain.values().some((value) => set.plain.has(value)) ||
    other.compound.keys().some((key) => set.compound.has(key))
  )
}

export function setIsEmpty(set: SetValue): boolean {
  return set.plain.size + set.compound.size === 0
}

/** Cedar's `==`: total, and false for values of different types. */
export function equal(left: Value, right: Value): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (left.kind === 'entity') return right.kind === 'entity' && left.key === right.key
  if (left.kind === 'set') return right.kind === 'set' && setsEqual(left, right)
  if (left.kind === 'record') return right.kind === 'record' && recordsEqual(left, right)
  return left.kind === right.kind && canonicalKey(left) === canonicalKey(right)
}

function setsEqual(left: SetValue, right: SetValue): boolean {
  return (
    left.plain.size === right.plain.size &&
    left.compound.size === right.compound.size &&
    setHasAll(left, right)
  )
}

function recordsEqual(left: RecordValue, right: RecordValue): boolean {
  const names = left.names()
  if (names.length !== right.names().length || !names.every((name) => right.has(name))) return false
  return names.every((name) => {
    const [mine, theirs] = [left.member(name), right.member(name)]
    return mine !== undefined && theirs !== undefined && equal(mine, theirs)
  })
}

/** A string that two values share exactly when they are equal. */
function canonicalKey(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  switch (value.kind) {
    case 'entity':
      return `entity ${JSON.stringify(value.key)}`
    case 'decimal':
      return `decimal ${value.scaled}`
    case 'ip':
      return `ip ${value.version} ${value.address} ${value.prefix}`
    case 'datetime':
    case 'duration':
      return `${value.kind} ${value.ms}`
    case 'set': {
      const keys = [...value.plain].map(canonicalKey)
      return `[${[...keys, ...value.compound.keys()].sort().join()}]`
    }
    case 'record': {
      const names = value.names().toSorted()
      return `{${names.map((name) => `${JSON.stringify(name)}:${memberKey(value, name)}`).join()}}`
    }
  }
}

function memberKey(record: RecordValue, name: string): string {
  const member = record.member(name)
  return member === undefined ? '' : canonicalKey(member)
}
