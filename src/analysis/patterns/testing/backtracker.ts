/** An expression, as a tree. */
export type Tree =
  | { readonly kind: 'letter'; readonly letters: string }
  | { readonly kind: 'sequence' | 'choice'; readonly one: Tree; readonly other: Tree }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number }

/** The expression of a tree. */
export function sourceOf(tree: Tree): string {
  switch (tree.kind) {
    case 'letter':
      return tree.letters.length === 1 ? tree.letters : `[${tree.letters}]`
    case 'sequence':
      return sourceOf(tree.one) + sourceOf(tree.other)
    case 'choice':
      return `(?:${sourceOf(tree.one)}|${sourceOf(tree.other)})`
    case 'repeat':
      return `(?:${sourceOf(tree.part)}){${tree.min},${Number.isFinite(tree.max) ? tree.max : ''}}`
  }
}

/** Steps at most: more of them count as this many. */
export const MOST_STEPS = 50_000

/**
 * Steps of an engine that backtracks (ECMA-262 §22.2.2) over a text that it can begin to match, and
 * never end: it tries all ways.
 */
export function stepsOf(tree: Tree, text: string): number {
  let steps = 0
  type Then = (at: number) => void
  const match = (node: Tree, at: number, then: Then): void => {
    steps += 1
    if (steps >= MOST_STEPS) return
    switch (node.kind) {
      case 'letter':
        if (at < text.length && node.letters.includes(text[at] ?? '')) then(at + 1)
        return
      case 'sequence':
        match(node.one, at, (next) => match(node.other, next, then))
        return
      case 'choice':
        match(node.one, at, then)
        match(node.other, at, then)
        return
      case 'repeat':
        repeat(node.part, node.min, node.max, at, then)
    }
  }
  const repeat = (part: Tree, min: number, max: number, at: number, then: Then): void => {
    // RepeatMatcher: what was optional and matched nothing is no match.
    if (max > 0)
      match(part, at, (next) => {
        if (min > 0 || next > at) repeat(part, Math.max(0, min - 1), max - 1, next, then)
      })
    if (min === 0) then(at)
  }
  match(tree, 0, () => undefined)
  return Math.min(steps, MOST_STEPS)
}

/** Short words that a tree matches. */
export function wordsOf(tree: Tree): readonly string[] {
  switch (tree.kind) {
    case 'letter':
      return [...tree.letters]
    case 'sequence':
      return few(pairs(wordsOf(tree.one), wordsOf(tree.other)))
    case 'choice':
      return few([...wordsOf(tree.one), ...wordsOf(tree.other)])
    case 'repeat': {
      const part = wordsOf(tree.part)
      const counts = Array.from(
        { length: Math.min(tree.max, tree.min + 2) + 1 },
        (_, count) => count,
      )
      let words: readonly string[] = ['']
      const powers = counts.map((count) => {
        if (count > 0) words = few(pairs(words, part))
        return words
      })
      return few(powers.slice(tree.min).flat())
    }
  }
}

/** All words of the one with all of the other behind them. */
export function pairs(ones: readonly string[], others: readonly string[]): readonly string[] {
  return ones.flatMap((one) => others.map((other) => one + other))
}

function few(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort((one, other) => one.length - other.length).slice(0, 40)
}
