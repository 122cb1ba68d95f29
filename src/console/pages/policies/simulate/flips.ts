import type { Output } from '../../../api/call.ts'

export type Simulation = Output<'policies.simulation'>['simulation']
export type Flip = NonNullable<Simulation['result']>['groups'][number]

export const DIMENSIONS = ['change', 'policy', 'tool', 'subject'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Flips that have something in common. */
export interface FlipGroup {
  readonly key: string
  readonly calls: number
  readonly flips: readonly Flip[]
}

const KEYS: Readonly<Record<Dimension, (flip: Flip) => string>> = {
  change: ({ from, to }) => `${from} → ${to}`,
  policy: ({ after }) => (after.length === 0 ? 'no policy' : after.join(', ')),
  tool: ({ target }) => target,
  subject: ({ subject }) => subject,
}

/** Flips by what they have in common, those of most calls first. */
export function groupsBy(flips: readonly Flip[], dimension: Dimension): readonly FlipGroup[] {
  const groups = Map.groupBy(flips, KEYS[dimension])
  return [...groups]
    .map(([key, found]) => ({
      key,
      calls: found.reduce((sum, { calls }) => sum + calls, 0),
      flips: found.toSorted((a, b) => b.calls - a.calls),
    }))
    .toSorted((a, b) => b.calls - a.calls || a.key.localeCompare(b.key, 'en'))
}

const AGO: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
}

/** The moment of `24h` before now, in ISO 8601; undefined for a word that is none. */
export function sinceOf(word: string, now: number): string | undefined {
  const ago = AGO[word]
  return ago === undefined ? undefined : new Date(now - ago).toISOString()
}
