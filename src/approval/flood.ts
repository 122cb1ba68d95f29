import type { Db, FloodSettings, Parts } from './parts.ts'

/** Rows of one holder that are looked at: more than the settings let anybody make. */
const MOST = 2_000

/** Why nothing may be asked for now, and for how many milliseconds. */
export interface Flood {
  readonly why: 'pending' | 'requests' | 'declines'
  readonly retryAfter: number
}

interface Asking {
  readonly holder: string
  readonly server: string
  readonly target: string
}

/** Whether people are asked too much for one holder, or about a tool that they keep declining. */
export async function floodOf(
  db: Db,
  { clock, settings: { flood, patience } }: Parts,
  { holder, server, target }: Asking,
): Promise<Flood | undefined> {
  const now = clock()
  const rows = await db
    .selectFrom('approval')
    .select(['state', 'created', 'expires', 'decided', 'server', 'target'])
    .where('holder', '=', holder)
    // What was declined lately may have been asked as long before as people have time.
    .where('created', '>', now - patience - 2 * flood.window)
    .orderBy('created', 'desc')
    .limit(MOST)
    .execute()
  const pending = rows.filter(({ state, expires }) => state === 'pending' && expires > now)
  const recent = rows.filter(({ created }) => created > now - flood.window)
  const declines = rows.flatMap((row) =>
    row.state === 'declined' && row.server === server && row.target === target && row.decided
      ? [row.decided]
      : [],
  )
  const paused = pauseEnd(declines, flood)
  if (paused > now) return { why: 'declines', retryAfter: paused - now }
  if (pending.length >= flood.pending) {
    const first = Math.min(...pending.map(({ expires }) => expires))
    return { why: 'pending', retryAfter: first - now }
  }
  const oldest = recent[flood.requests - 1]
  return oldest && { why: 'requests', retryAfter: oldest.created + flood.window - now }
}

/**
 * When the last pause that declines have brought about is over: one window after the last of so many
 * declines within a window.
 */
export function pauseEnd(
  declines: readonly number[],
  { declines: most, window }: Pick<FloodSettings, 'declines' | 'window'>,
): number {
  const newest = declines.toSorted((one, other) => other - one)
  const last = newest.find((at, index) => {
    const first = newest[index + most - 1]
    return first !== undefined && at - first <= window
  })
  return last === undefined ? Number.NEGATIVE_INFINITY : last + window
}

/** Public words for each kind of flood. */
export const FLOOD_WORDS: Readonly<Record<Flood['why'], string>> = {
  pending: 'too many requests for approval wait already; nobody was asked',
  requests: 'too many requests for approval in a short time; nobody was asked',
  declines: 'calls of this tool were declined several times; nobody was asked again',
}
