import { fault } from './fault.ts'
import type { RecordValue, Value } from './value.ts'

/** A record that is made at the first use, as a whole. */
export function lazyRecord(make: () => ReadonlyMap<string, Value>): RecordValue {
  let made: ReadonlyMap<string, Value> | undefined
  const members = (): ReadonlyMap<string, Value> => {
    made ??= make()
    return made
  }
  return {
    kind: 'record',
    has: (name) => members().has(name),
    member: (name) => members().get(name),
    names: () => [...members().keys()],
  }
}

/** The members of a record, each made when it is first read; one that comes to `undefined` is absent. */
export type Makers = readonly (readonly [name: string, make: () => Value | undefined])[]

/** A record whose members are each made at the first use. One that throws is present, and throws when read. */
export function lazyMembers(list: () => Makers): RecordValue {
  const made = new Map<string, Value | undefined>()
  let makers: ReadonlyMap<string, () => Value | undefined> | undefined
  const all = (): ReadonlyMap<string, () => Value | undefined> => {
    makers ??= new Map(list())
    return makers
  }
  const member = (name: string): Value | undefined => {
    if (!made.has(name)) made.set(name, all().get(name)?.())
    return made.get(name)
  }
  const has = (name: string): boolean => {
    try {
      return member(name) !== undefined
    } catch {
      return true
    }
  }
  return { kind: 'record', has, member, names: () => [...all().keys()].filter(has) }
}

/** @throws {Fault} for a number that Cedar's integers cannot hold exactly. */
export function wholeNumber(number: number): Value {
  return Number.isSafeInteger(number) ? number : fault('a number does not fit')
}
