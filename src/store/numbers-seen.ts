/** Numbers from `from` to `to`, both included, none of which was seen. */
interface Missing {
  readonly from: number
  readonly to: number
  /** When somebody first noticed, in milliseconds. */
  readonly since: number
}

/** Milliseconds after which a number that is missing is not coming: no transaction is open so long. */
const COMING = 5 * 60_000
/** Ranges of missing numbers that are kept. Beyond, the two that are nearest become one. */
const MAX_RANGES = 64

/** Which numbers of a sequence were seen, in memory that does not grow with the sequence. */
export interface NumbersSeen {
  highest(): number
  /** What may still come below the highest. */
  missing(): readonly Missing[]
  /** Notes a number. False if it certainly was seen before; a number may be taken for new again. */
  add(number: number, now: number): boolean
  /** Gives up on what has been missing for so long that it will not come. */
  forgetMissing(now: number): void
}

/**
 * Numbers are drawn in order and committed in any order: one that is skipped was drawn by a
 * transaction that is still open, or by one that failed. Only the first can still come.
 */
export function numbersSeen(): NumbersSeen {
  let highest = 0
  let ranges: Missing[] = []

  const fill = (number: number): boolean => {
    const index = ranges.findIndex(({ from, to }) => from <= number && number <= to)
    const range = ranges[index]
    if (range === undefined) return false
    const halves = [
      { ...range, to: number - 1 },
      { ...range, from: number + 1 },
    ]
    ranges.splice(index, 1, ...halves.filter(({ from, to }) => from <= to))
    join()
    return true
  }
  const join = (): void => {
    while (ranges.length > MAX_RANGES) ranges = joinNearest(ranges)
  }

  return {
    highest: () => highest,
    missing: () => ranges,
    add(number, now) {
      if (number <= highest) return fill(number)
      if (number > highest + 1) ranges.push({ from: highest + 1, to: number - 1, since: now })
      highest = number
      join()
      return true
    },
    forgetMissing(now) {
      ranges = ranges.filter(({ since }) => Math.abs(now - since) < COMING)
    },
  }
}

/** Ranges are in ascending order, and stay so. */
function joinNearest(ranges: readonly Missing[]): Missing[] {
  let best = 1
  let least = Number.POSITIVE_INFINITY
  for (let index = 1; index < ranges.length; index += 1) {
    const distance = (ranges[index]?.from ?? 0) - (ranges[index - 1]?.to ?? 0)
    if (distance >= least) continue
    least = distance
    best = index
  }
  const [left, right] = [ranges[best - 1], ranges[best]]
  if (left === undefined || right === undefined) return [...ranges]
  const joined = { from: left.from, to: right.to, since: Math.max(left.since, right.since) }
  return [...ranges.slice(0, best - 1), joined, ...ranges.slice(best + 1)]
}
