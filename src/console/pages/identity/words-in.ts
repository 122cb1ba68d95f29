/** Words of a field, separated by spaces, commas or lines; each once. */
export function wordsIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}
