/** At most so many pairs of lines are compared; what is larger is shown as replaced. */
const MOST_PAIRS = 4_000_000

/**
 * A unified diff without lines around, in the form of `diff -U0`; empty for equal texts.
 *
 * @param name of the file, for the heads.
 */
export function lineDiff(before: string, after: string, name: string): readonly string[] {
  if (before === after) return []
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const hunks = hunksOf(old, fresh).map(({ from, to, oldCount, newCount }) => [
    `@@ -${range(from, oldCount)} +${range(to, newCount)} @@`,
    ...old.slice(from, from + oldCount).map((line) => `-${line}`),
    ...fresh.slice(to, to + newCount).map((line) => `+${line}`),
  ])
  return [`--- ${name}`, `+++ ${name}`, ...hunks.flat()]
}

interface Hunk {
  readonly from: number
  readonly oldCount: number
  readonly to: number
  readonly newCount: number
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Lines are counted from 1; a hunk without lines stands behind the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`
}

function hunksOf(old: readonly string[], fresh: readonly string[]): readonly Hunk[] {
  let start = 0
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1
  let end = 0
  const most = Math.min(old.length, fresh.length) - start
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end += 1
  const [oldCount, newCount] = [old.length - start - end, fresh.length - start - end]
  const all = { from: start, oldCount, to: start, newCount }
  if (oldCount * newCount > MOST_PAIRS) return [all]
  const same = common(old.slice(start, start + oldCount), fresh.slice(start, start + newCount))
  return between(same, all)
}

type Pair = readonly [number, number]

/** The stretches between lines that both have. */
function between(same: readonly Pair[], all: Hunk): readonly Hunk[] {
  const hunks: Hunk[] = []
  let [i, j] = [0, 0]
  for (const [a, b] of [...same, [all.oldCount, all.newCount] as Pair]) {
    if (a > i || b > j)
      hunks.push({ from: all.from + i, oldCount: a - i, to: all.to + j, newCount: b - j })
    ;[i, j] = [a + 1, b + 1]
  }
  return hunks
}

/** The longest common subsequence of lines, as pairs of their indexes. */
function common(old: readonly string[], fresh: readonly string[]): readonly Pair[] {
  const longest = lengths(old, fresh)
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < old.length && j < fresh.length)
    if (old[i] === fresh[j]) {
      pairs.push([i, j])
      ;[i, j] = [i + 1, j + 1]
    } else if (longest(i + 1, j) >= longest(i, j + 1)) i += 1
    else j += 1
  return pairs
}

/** How many lines the texts have in common from line `i` and line `j` on. */
function lengths(old: readonly string[], fresh: readonly string[]) {
  const width = fresh.length + 1
  const table = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => table[i * width + j] ?? 0
  for (const [i, line] of [...old.entries()].toReversed())
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      table[i * width + j] =
        line === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  return at
}
