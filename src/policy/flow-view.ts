import { ARGUMENT_ROLES, type FlowFacts, type Origin, type ValueOrigin } from '../kernel/flow.ts'
import { lazyMembers } from './language/lazy-record.ts'
import { type RecordValue, setOf, type Value } from './language/value.ts'
import { wordSet } from './word-set.ts'

/**
 * `context.flow`: what the caller's context has read. Where nobody looked, nothing was read; a list must
 * not be filtered by that (`ARGUMENT_MEMBERS`).
 */
export function flowRecord(flow: FlowFacts | undefined): RecordValue {
  return lazyMembers(() => [
    ['untrusted', () => flow?.readUntrusted ?? false],
    ['confidential', () => flow?.readConfidential ?? false],
    ['complete', () => flow?.complete ?? true],
    ['classes', () => setOf(flow?.classes ?? [])],
  ])
}

/** `context.provenance`: where the values of the arguments came from, as sets, for Cedar has no quantifiers. */
export function provenanceRecord(flow: FlowFacts | undefined): RecordValue {
  const values = flow?.values ?? []
  return lazyMembers(() => [
    ...ARGUMENT_ROLES.map(
      (role) => [role, () => originsOf(values.filter((one) => isOf(role, one)))] as const,
    ),
    ['links', () => originsOf(values.filter(({ link }) => link === true))],
    ['doubtful', () => setOf(values.filter(({ doubt }) => doubt === true).map(({ role }) => role))],
    ['untrusted', () => placesOf(values, 'untrusted')],
    ['members', () => placesOf(values, 'members')],
    ['carries', () => setOf(flow?.carries ?? [])],
  ])
}

/** Whether a value counts for its role. Where links lead is for `links`: opening one is not sending to it. */
export function isOf(role: string, value: ValueOrigin): boolean {
  return value.role === role && !(role === 'destination' && value.link === true)
}

function originsOf(values: readonly ValueOrigin[]): Value {
  return setOf(values.map(({ origin }) => origin))
}

function placesOf(values: readonly ValueOrigin[], origin: Origin): Value {
  return wordSet(values.filter((one) => one.origin === origin).map(({ at }) => at))
}
