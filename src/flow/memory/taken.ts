import type { DataClass } from '../../kernel/access.ts'
import { SOURCE_TRUSTS, type SourceTrust } from '../../kernel/flow.ts'
import type { Field } from '../fields/field.ts'

/** What is kept of a field. */
export interface TakenField extends Field {
  readonly trust: SourceTrust
  /**
   * `author`: it says who wrote something, so whoever did chose it. `report`: the few words in which a tool
   * that acts says what it did, so it names things of its own server.
   */
  readonly part?: 'author' | 'report'
}

/** What is kept of an answer. Plain JSON: it is stored, and taken in again by other processes. */
export interface Taken {
  readonly call: string
  readonly server: string
  readonly target: string
  readonly trust: SourceTrust
  readonly classes: readonly DataClass[]
  readonly at: number
  readonly fields: readonly TakenField[]
}

/** The lesser of two trusts. */
export function lesserTrust(one: SourceTrust, other: SourceTrust): SourceTrust {
  return SOURCE_TRUSTS.indexOf(one) > SOURCE_TRUSTS.indexOf(other) ? one : other
}
