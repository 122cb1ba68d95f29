/**
 * Of a list what fits a few letters, the best first: every word of the search must stand in the text, and
 * what begins a word counts more. Without a search: all, as they come.
 */
export function fitting<T>(
  items: readonly T[],
  search: string,
  textOf: (item: T) => string,
): readonly T[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return items
  return items
    .map((item) => ({ item, score: scoreOf(textOf(item).toLowerCase(), words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item)
}

function scoreOf(text: string, words: readonly string[]): number {
  const scores = words.map((word) => {
    const at = text.indexOf(word)
    if (at < 0) return 0
    if (at === 0) return 4
    return text.includes(` ${word}`) ? 2 : 1
  })
  return scores.includes(0) ? 0 : scores.reduce<number>((sum, one) => sum + one, 0)
}
