const MAX_WORDS = 64

/** Words between commas or white space. */
export function wordsOf(value: string): readonly string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '')
}

/** Names between commas: they may hold spaces. */
export function namesOf(value: string): readonly string[] {
  return value.split(',').map((name) => name.trim())
}

/** Makes the test whether a value is a list of such words, none twice and not too many. */
export function listOf(pattern: RegExp, split = wordsOf): (value: string) => boolean {
  return (value) => {
    const words = split(value)
    if (words.length === 0 || words.length > MAX_WORDS) return false
    return new Set(words).size === words.length && words.every((word) => pattern.test(word))
  }
}
