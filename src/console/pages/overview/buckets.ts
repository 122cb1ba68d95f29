import type { Output } from '../../api/call.ts'

/** Calls of a part of a time, by what became of them. */
export type Counts = Output<'overview.show'>['traffic']['seconds'][number]

/** Calls of one second, as the stream told of them. */
export interface Heard {
  readonly calls: number
  readonly denied: number
  readonly asked: number
}

/** One bar: its parts add up to `calls`. */
export interface Bar {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly calls: number
  readonly permitted: number
  readonly asked: number
  readonly denied: number
}

const SECOND = 1_000
const NONE: Heard = { calls: 0, denied: 0, asked: 0 }

/** What a call of the stream counts for; undefined for the end of one that was counted when it left. */
export function heardOf(
  data: unknown,
): { readonly second: number; readonly verdict: unknown } | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { at, phase, verdict } = data as {
    readonly at?: unknown
    readonly phase?: unknown
    readonly verdict?: unknown
  }
  const moment = typeof at === 'string' ? Date.parse(at) : Number.NaN
  // What is refused never leaves: its end is all that there is.
  const counts = phase === 'intent' || verdict === 'deny' || verdict === 'ask'
  if (!counts || Number.isNaN(moment)) return undefined
  return { second: Math.floor(moment / SECOND) * SECOND, verdict }
}

/** Counts a call. Seconds before `oldest` are forgotten. */
export function counted(
  heard: Map<number, Heard>,
  { second, verdict }: { readonly second: number; readonly verdict: unknown },
  oldest: number,
): void {
  const { calls, denied, asked } = heard.get(second) ?? NONE
  const isAsked = verdict === 'ask'
  heard.set(second, {
    calls: calls + 1,
    denied: denied + (isAsked || verdict === 'deny' ? 1 : 0),
    asked: asked + (isAsked ? 1 : 0),
  })
  for (const at of heard.keys()) if (at < oldest) heard.delete(at)
}

/**
 * The seconds before `now`, the oldest first: as the gateway counted them, or as they were heard where it
 * has not counted so far. Times are milliseconds, of the gateway's clock.
 */
export function barsOf(
  counts: readonly Counts[],
  heard: ReadonlyMap<number, Heard>,
  now: number,
  seconds: number,
): readonly Bar[] {
  const told = new Map(counts.map((one) => [Date.parse(one.at), one]))
  const last = Math.floor(now / SECOND) * SECOND
  return Array.from({ length: seconds }, (_, index) => {
    const at = last - (seconds - index) * SECOND
    const [one, other] = [told.get(at) ?? NONE, heard.get(at) ?? NONE]
    return barOf(at, one.calls >= other.calls ? one : other)
  })
}

/** Of the denied, `asked` are those that a human could have let pass. */
export function barOf(at: number, { calls, denied, asked }: Heard): Bar {
  return { at, calls, permitted: Math.max(0, calls - denied), asked, denied: denied - asked }
}

/** The top of a scale that holds `most`: 1, 2, 5, 10, 20 … */
export function scaleOf(most: number): number {
  if (most <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? most
}
