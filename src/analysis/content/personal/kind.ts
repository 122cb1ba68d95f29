import type { Certainty, Severity } from '../../../kernel/finding.ts'

/** One kind of personal data, as policies and people know it. */
export interface PersonalType {
  /** Lower case, such as `iban`. */
  readonly type: string
  /** What it is, in words: a sentence goes on with it. */
  readonly what: string
  readonly severity: Severity
  /** What makes sure that it is one: check digits, shape, words beside it. */
  readonly proof: string
}

/** Personal data in a text. Offsets are UTF-16, end exclusive. */
export interface PersonalFound {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly certainty: Certainty
  /** The value as it is written without separators: what marks are made of. */
  readonly value: string
}

/** How sure a value is with a word for it beside it, and without; undefined: it is none. */
export interface Sureness {
  readonly beside: Certainty
  readonly alone: Certainty | undefined
}

/** A kind of number that is told by its shape and its check digits. */
export interface NumberKind extends PersonalType {
  /** Lengths of its groups of letters and digits, as `4-4-4-4`. */
  readonly groups: readonly string[]
  /** The value in canonical form if shape and check digits hold. Only separators are taken out of `compact`. */
  readonly read: (compact: string, raw: string) => string | undefined
  /** Words of the people who use it. */
  readonly words: RegExp
  /** By how it is written: `grouped` as people write it, `compact` as one run. */
  readonly sure: { readonly grouped: Sureness; readonly compact: Sureness }
}

/** Only a word beside it tells it from any other number. */
export const BY_WORD: Sureness = { beside: 'likely', alone: undefined }
/** Check digits and a word beside it agree. */
export const CHECKED_BY_WORD: Sureness = { beside: 'proved', alone: undefined }
/** The shape is of no other number. */
export const BY_SHAPE: Sureness = { beside: 'likely', alone: 'likely' }
/** Shape and check digits leave nothing else. */
export const CHECKED: Sureness = { beside: 'proved', alone: 'likely' }
