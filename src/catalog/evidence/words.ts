/** `getUserData`, `get_user-data` and `HTTPGet2` in lower-case words; digits stand alone. */
export function wordsOf(text: string): readonly string[] {
  const words = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words.map((word) => word.toLowerCase())
}

/** A set of words, written with spaces between them. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/))
}
