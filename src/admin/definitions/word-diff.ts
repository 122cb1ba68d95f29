/** A stretch of a text that another version has too, or has not. */
export interface WordRun {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Words on each side that are compared one by one; longer texts differ as a whole between equal ends. */
const MOST_WORDS = 1_000
const WORD = /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu

/** How two texts differ, word by word. The runs that are not `added` make up `before`, and so for `after`. */
export function wordDiff(before: string, after: string): readonly WordRun[] {
  const [was, is] = [before.match(WORD) ?? [], after.match(WORD) ?? []]
  const head = commonLength(was, is)
  const tail = commonLength(was.slice(head).reverse(), is.slice(head).reverse())
  const end = (words: readonly string[]) => words.length - tail
  return joined([
    ...was.slice(0, head).map((text): WordRun => ({ kind: 'same', text })),
    ...between(was.slice(head, end(was)), is.slice(head, end(is))),
    ...was.slice(end(was)).map((text): WordRun => ({ kind: 'same', text })),
  ])
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((word, index) => word !== other[index])
  return differs === -1 ? one.length : differs
}

function between(was: readonly string[], is: readonly string[]): readonly WordRun[] {
  const removed = was.map((text): WordRun => ({ kind: 'removed', text }))
  const added = is.map((text): WordRun => ({ kind: 'added', text }))
  if (was.length > MOST_WORDS || is.length > MOST_WORDS) return [...removed, ...added]
  const longest = lengths(was, is)
  const width = is.length + 1
  const runs: WordRun[] = []
  let [i, j] = [0, 0]
  while (i < was.length && j < is.length) {
    const [text = '', other = ''] = [was[i], is[j]]
    if (text === other) {
      runs.push({ kind: 'same', text })
      i += 1
      j += 1
    } else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) {
      runs.push({ kind: 'removed', text })
      i += 1
    } else {
      runs.push({ kind: 'added', text: other })
      j += 1
    }
  }
  return [...runs, ...removed.slice(i), ...added.slice(j)]
}

/** Lengths of the longest common subsequences of all ends of two lists. */
function lengths(was: readonly string[], is: readonly string[]): Uint16Array {
  const width = is.length + 1
  const table = new Uint16Array((was.length + 1) * width)
  for (let i = was.length - 1; i >= 0; i -= 1)
    for (let j = is.length - 1; j >= 0; j -= 1) {
      const [down = 0, right = 0] = [table[(i + 1) * width + j], table[i * width + j + 1]]
      const diagonal = table[(i + 1) * width + j + 1] ?? 0
      table[i * width + j] = was[i] === is[j] ? diagonal + 1 : Math.max(down, right)
    }
  return table
}

function joined(runs: readonly WordRun[]): readonly WordRun[] {
  const joint: { kind: WordRun['kind']; text: string }[] = []
  for (const { kind, text } of runs) {
    const last = joint.at(-1)
    if (last?.kind === kind) last.text += text
    else joint.push({ kind, text })
  }
  return joint
}
