/** Why something is said: what stands where. Never holds the value of a credential. */
export interface Evidence {
  /** A part of the entry, such as `args/2` or `env/API_URL`; a tool, such as `tool/read_file`. */
  readonly at: string
  /** What stands there, 160 characters at most. */
  readonly shown: string
}

const LONGEST = 160

/** Evidence from a place and the text there. The text is one without credentials. */
export function evidence(at: string, text: string): Evidence {
  return { at, shown: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text }
}
