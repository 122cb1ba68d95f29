import type { Certainty } from '../../kernel/finding.ts'

/** A secret in a text. */
export interface FoundSecret {
  /** UTF-16 offsets of the secret itself; end exclusive. */
  readonly start: number
  readonly end: number
  /** What it is, such as `github-pat`; `generic-api-key` and `password` where its name alone says so. */
  readonly type: string
  readonly certainty: Certainty
}

/** Finds secrets by rules that live elsewhere. `name` is that of the variable, header or flag. Total. */
export type FindSecrets = (text: string, name?: string) => readonly FoundSecret[]
