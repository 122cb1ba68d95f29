/** A test for one item, or `any`: any number of items. */
type Part<Item> = ((item: Item) => boolean) | 'any'

/** Says whether a path, as its segments, matches. */
export type Glob = (segments: readonly string[]) => boolean

/** Compiles a glob over the segments of a path: `**` is any number of them, and see {@link textGlob}. */
export function glob(pattern: readonly string[]): Glob {
  return sequence(pattern.map((part) => (part === '**' ? 'any' : textGlob(part))))
}

/** Compiles a glob over one text: `*` is any text, `?` any one character. */
export function textGlob(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern
  const matches = sequence([...pattern].map(characterPart))
  return (text) => matches([...text])
}

function characterPart(wanted: string): Part<string> {
  if (wanted === '*') return 'any'
  return wanted === '?' ? () => true : (character) => character === wanted
}

/**
 * Follows all ways through a pattern at once. So the time is at most its length times that of the
 * items, whatever they are: there is nothing to try again.
 */
function sequence<Item>(parts: readonly Part<Item>[]): (items: readonly Item[]) => boolean {
  return (items) => {
    let reached = withSkipped(parts, new Set([0]))
    for (const item of items) {
      reached = withSkipped(parts, after(parts, reached, item))
      if (reached.size === 0) return false
    }
    return reached.has(parts.length)
  }
}

function after<Item>(
  parts: readonly Part<Item>[],
  reached: ReadonlySet<number>,
  item: Item,
): Set<number> {
  const next = new Set<number>()
  for (const at of reached) {
    const part = parts[at]
    if (part === 'any') next.add(at)
    else if (part?.(item)) next.add(at + 1)
  }
  return next
}

/** `any` may stand for nothing. A set that grows while it is walked is walked to its end. */
function withSkipped<Item>(parts: readonly Part<Item>[], reached: Set<number>): Set<number> {
  for (const at of reached) if (parts[at] === 'any') reached.add(at + 1)
  return reached
}
