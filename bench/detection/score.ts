/** One record, and whether it was flagged. */
export interface Judged {
  readonly id: string
  readonly family: string
  readonly kind: string
  readonly bad: boolean
  readonly flagged: boolean
  /** Why, or what was found. */
  readonly rules: readonly string[]
}

/** How many of how many. */
export interface Share {
  readonly of: number
  readonly hit: number
  /** `hit / of`; 0 when there is nothing to count. */
  readonly rate: number
}

export interface Score {
  /** Of what is bad, how much was flagged. */
  readonly recall: Share
  /** Of what is harmless, how much was flagged all the same. */
  readonly falseAlarms: Share
  readonly families: Readonly<
    Record<string, { readonly recall: Share; readonly falseAlarms: Share }>
  >
  readonly kinds: Readonly<Record<string, { readonly recall: Share; readonly falseAlarms: Share }>>
  /** Ids of what is bad and was not flagged. */
  readonly misses: readonly string[]
  /** Ids of what is harmless and was flagged, with the rules that did. */
  readonly alarms: readonly { readonly id: string; readonly rules: readonly string[] }[]
}

/** Counts what was found and what was missed. */
export function score(judged: readonly Judged[]): Score {
  const [bad, good] = [judged.filter((one) => one.bad), judged.filter((one) => !one.bad)]
  return {
    ...shares(judged),
    families: groups(judged, ({ family }) => family),
    kinds: groups(judged, ({ kind }) => kind),
    misses: bad.filter(({ flagged }) => !flagged).map(({ id }) => id),
    alarms: good.filter(({ flagged }) => flagged).map(({ id, rules }) => ({ id, rules })),
  }
}

function shares(judged: readonly Judged[]): Pick<Score, 'recall' | 'falseAlarms'> {
  return {
    recall: share(judged.filter(({ bad }) => bad)),
    falseAlarms: share(judged.filter(({ bad }) => !bad)),
  }
}

function share(judged: readonly Judged[]): Share {
  const hit = judged.filter(({ flagged }) => flagged).length
  return { of: judged.length, hit, rate: judged.length === 0 ? 0 : hit / judged.length }
}

function groups(judged: readonly Judged[], by: (one: Judged) => string): Score['families'] {
  const grouped = [...Map.groupBy(judged, by)].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(grouped.map(([name, some]) => [name, shares(some)]))
}
