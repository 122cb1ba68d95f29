/**
 * Compiles Cedar's `like`. `pattern` holds the literal parts between the wildcards: `a*b` is
 * `['a', 'b']`, `*` is `['', '']`, and one part means equality. Each part is searched once, from
 * where the last ended.
 */
export function likePattern(pattern: readonly string[]): (text: string) => boolean {
  const [first = '', ...others] = pattern
  const last = others.pop()
  if (last === undefined) return (text) => text === first
  return (text) => {
    const end = text.length - last.length
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    let from = first.length
    for (const part of others) {
      const at = text.indexOf(part, from)
      if (at < 0) return false
      from = at + part.length
    }
    return from <= end
  }
}
