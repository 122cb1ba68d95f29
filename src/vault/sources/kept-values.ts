import { GatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'

/** A value, and until when it may be used at most: milliseconds since the epoch. */
export interface FreshValue {
  readonly value: string
  readonly until: number
}

interface Kept extends FreshValue {
  /** What has to change for it to be old. */
  readonly change: string
  readonly readAt: number
}

/** Values that were read, for a while. */
export interface KeptValues {
  get(key: string): string | undefined
  /**
   * What is at hand, or what `read` gives; who asks meanwhile waits for the same read. A failure is
   * kept for a moment, so that nobody is asked in vain all the time.
   *
   * @throws as `read`; GatewayError `credential_unavailable` when too many are being read.
   */
  load(key: string, change: string, read: () => Promise<FreshValue>): Promise<string>
  /** Forgets a value, unless it was read a moment ago. */
  forget(key: string): void
  /** Forgets what is old with a change, also what is being read. */
  changed(change: string): void
  clear(): void
}

const MOST = 4_096
const MOST_RUNNING = 256
/** Milliseconds that a failure is kept. */
const FAILED = 2_000
/** Milliseconds in which a value is not read again, however often a server refuses it. */
const FRESH = 2_000

export function keptValues(clock: Clock): KeptValues {
  const kept = new Map<string, Kept>()
  const failed = new Map<
    string,
    { readonly error: unknown; readonly until: number; readonly change: string }
  >()
  const running = new Map<string, { readonly value: Promise<string>; readonly change: string }>()

  const get = (key: string): string | undefined => {
    const found = kept.get(key)
    return found !== undefined && found.until > clock() ? found.value : undefined
  }
  const start = (key: string, change: string, read: () => Promise<FreshValue>): Promise<string> => {
    const readAt = clock()
    const value = read().then(
      (fresh) => {
        // What was forgotten meanwhile is not kept: it may have been old.
        if (running.get(key)?.value === value) put(kept, key, { ...fresh, change, readAt })
        return fresh.value
      },
      (error: unknown) => {
        if (running.get(key)?.value === value)
          put(failed, key, { error, until: clock() + FAILED, change })
        throw error
      },
    )
    running.set(key, { value, change })
    const end = (): void => {
      if (running.get(key)?.value === value) running.delete(key)
    }
    value.then(end, end)
    return value
  }
  return {
    get,
    async load(key, change, read) {
      const hit = get(key)
      if (hit !== undefined) return hit
      const failure = failed.get(key)
      if (failure !== undefined && failure.until > clock()) throw failure.error
      const under = running.get(key)
      if (under !== undefined) return under.value
      if (running.size >= MOST_RUNNING)
        throw new GatewayError('credential_unavailable', 'too many secrets are being read')
      return start(key, change, read)
    },
    forget(key) {
      const found = kept.get(key)
      if (found !== undefined && found.readAt + FRESH <= clock()) kept.delete(key)
    },
    changed(change) {
      for (const map of [kept, failed, running])
        for (const [key, one] of map) if (one.change === change) map.delete(key)
    },
    clear() {
      for (const map of [kept, failed, running]) map.clear()
    },
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > MOST && oldest !== undefined) map.delete(oldest)
}
