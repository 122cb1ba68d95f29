import type { Rule } from '../counters.ts'

interface Use {
  readonly id: number
  readonly key: string
  readonly amount: number
  readonly at: number
  running: boolean
  /** What it still counts for in its window. */
  counted: number
}

/**
 * Counters as one would describe them: a list of all that was ever taken, looked through each time, and
 * buckets that are missing in every single millisecond. Time only goes on.
 */
export function modelCounters(rules: Readonly<Record<string, Rule>>, clock: () => number) {
  const uses: Use[] = []
  const missing = new Map<string, number>()
  let lastId = 0
  let last = clock()

  /** Bucket by bucket, millisecond by millisecond: `most` of `amount * every` flows back in each. */
  const pass = (): void => {
    const now = clock()
    for (; last < now; last += 1)
      for (const [key, rule] of Object.entries(rules))
        if (rule.kind === 'bucket')
          missing.set(key, Math.max(0, (missing.get(key) ?? 0) - rule.most))
  }
  /** What is free, times `every` for buckets. */
  const freeOf = (key: string): number => {
    const rule = rules[key] as Rule
    const own = uses.filter((use) => use.key === key)
    if (rule.kind === 'running') return rule.most - own.filter(({ running }) => running).length
    if (rule.kind === 'bucket') return rule.most * rule.every - (missing.get(key) ?? 0)
    const turn = Math.floor(clock() / rule.every)
    const counted = own.filter(({ at }) => Math.floor(at / rule.every) === turn)
    return rule.most - counted.reduce((sum, { counted }) => sum + counted, 0)
  }
  const scale = (key: string): number => {
    const rule = rules[key] as Rule
    return rule.kind === 'bucket' ? rule.every : 1
  }
  return {
    /** The id of what was taken; undefined when one of them has no room. */
    take(wanted: readonly (readonly [string, number])[]): number | undefined {
      pass()
      if (!wanted.every(([key, amount]) => amount * scale(key) <= freeOf(key))) return undefined
      lastId += 1
      for (const [key, amount] of wanted) {
        const rule = rules[key] as Rule
        uses.push({ id: lastId, key, amount, at: clock(), running: true, counted: amount })
        if (rule.kind === 'bucket') missing.set(key, (missing.get(key) ?? 0) + amount * rule.every)
      }
      return lastId
    },
    end(id: number): void {
      pass()
      for (const use of uses) if (use.id === id) use.running = false
    },
    giveBack(id: number): void {
      pass()
      for (const use of uses.filter((one) => one.id === id)) {
        const rule = rules[use.key] as Rule
        use.running = false
        use.counted = 0
        if (rule.kind !== 'bucket') continue
        const rest = use.amount * rule.every - (clock() - use.at) * rule.most
        missing.set(use.key, Math.max(0, (missing.get(use.key) ?? 0) - Math.max(0, rest)))
      }
    },
    left(key: string): number {
      pass()
      return Math.max(0, Math.floor(freeOf(key) / scale(key)))
    },
  }
}
