/** How bad it is if it is true, the least first. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/**
 * How sure it is, the least first. `proved`: what stands there says so by itself (a checksum, a character
 * that draws nothing). `likely`: several independent signs agree. `hint`: one sign.
 */
export const CERTAINTIES = ['hint', 'likely', 'proved'] as const
export type Certainty = (typeof CERTAINTIES)[number]

/** Where in a JSON value a finding is. */
export interface FindingPlace {
  /** JSON Pointer (RFC 6901) to the text; `''` for the value itself. A member's name is at its value's pointer. */
  readonly at: string
  /** Whether it stands in the name of the member instead of its value. */
  readonly inName?: boolean
  /** UTF-16 offsets in the text, end exclusive: what was decoded is where its encoded form stands. */
  readonly start: number
  readonly end: number
  /** How the text was encoded, outermost first; empty: it stands there as it is. */
  readonly via: readonly string[]
}

/** What an analyser thinks is wrong with a text. Plain JSON: it is stored, shown, exported. */
export interface Finding extends FindingPlace {
  /** Stable id of the rule, `family/name`. */
  readonly rule: string
  readonly severity: Severity
  readonly certainty: Certainty
  /** One public sentence: why this is a finding. Never quotes a secret. */
  readonly why: string
  /**
   * The passage, with everything unseen spelled out, 200 characters at most; empty where the passage is what
   * must not be shown.
   */
  readonly shown: string
  /** The control that it belongs to, such as `F2`. */
  readonly control: string
}

/** Whether a certainty is at least another. */
export function isAtLeast(certainty: Certainty, least: Certainty): boolean {
  return CERTAINTIES.indexOf(certainty) >= CERTAINTIES.indexOf(least)
}
