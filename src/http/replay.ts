import type { Limits } from './limits.ts'

/** The events of one session that can still be repeated, oldest forgotten first. */
export interface Replay {
  keep(stream: number, number: number, event: string): void
  /**
   * The events of a stream after the one with this number.
   *
   * @param last number of the stream's last event; if not given, the last that is kept.
   */
  after(stream: number, number: number, last?: number): Missed
  forget(): void
}

/** What a client missed; not `whole` when some of it is forgotten or never was. */
export interface Missed {
  readonly events: readonly string[]
  readonly whole: boolean
}

interface Kept {
  readonly stream: number
  readonly number: number
  readonly event: string
  readonly bytes: number
}

/** An empty buffer, bounded by events and by bytes. An event larger than all is not kept at all. */
export function createReplay(limits: Pick<Limits, 'replayEvents' | 'replayBytes'>): Replay {
  let kept: Kept[] = []
  let size = 0

  return {
    keep(stream, number, event) {
      const bytes = Buffer.byteLength(event)
      kept.push({ stream, number, event, bytes })
      size += bytes
      while (kept.length > limits.replayEvents || size > limits.replayBytes)
        size -= kept.shift()?.bytes ?? 0
    },
    after(stream, number, last) {
      const events = kept.filter((event) => event.stream === stream)
      const end = last ?? events.at(-1)?.number ?? -1
      const missed = events.filter((event) => event.number > number)
      // Forgetting starts at the oldest, so what is kept of a stream has no holes.
      return { events: missed.map(({ event }) => event), whole: missed.length === end - number }
    },
    forget() {
      kept = []
      size = 0
    },
  }
}
