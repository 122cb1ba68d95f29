/** A place where a watched value stands in a text, in whichever form. */
export interface Sighting<About> {
  /** UTF-16 code units. */
  readonly start: number
  readonly end: number
  readonly about: About
  /** Whether all of the value stands there. */
  readonly whole: boolean
}

/**
 * Finds values in texts without holding them: raw, Base64 and Base64url at any alignment,
 * percent-encoded, in hexadecimal, escaped as in JSON, and long fragments of all these.
 */
export interface ValueWatch<About> {
  /** Watches a value until what is returned is called. Values under 8 characters are not watched. */
  add(value: string, about: About): () => void
  find(text: string): readonly Sighting<About>[]
  /** Whether `find` would find something. */
  has(text: string): boolean
  /** The text with a mark in the place of each value. The same text where there is none. */
  redact(text: string, mark?: (about: About) => string): string
}
