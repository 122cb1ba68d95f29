import { GatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'

/** What was made of a document. Times are milliseconds since the epoch. */
export interface CachedDocument {
  readonly body: string
  readonly until: number
}

/** Documents that strangers make us ask for, in bounded numbers. */
export interface DocumentCache {
  /** The document, from memory if it is fresh. @throws GatewayError, from memory for a minute. */
  get(url: string, host: string): Promise<CachedDocument>
  /** Whether asking for it now would ask its host: it is neither in memory nor on its way. */
  isNeeded(url: string): boolean
  /** Whether asking failed within the last minute. */
  hasFailed(url: string): boolean
}

interface CacheOptions {
  readonly clock: Clock
  /** Asks the host. Rejects for a document that is not what it should be. */
  readonly load: (url: string) => Promise<CachedDocument>
  /** @throws GatewayError when the host must be left alone for now. Not remembered. */
  readonly admit: (host: string, known: boolean) => void
}

/** Fetches at once: of all hosts, of those that were never good for a document, of one. */
const RUNNING = { all: 8, strangers: 6, host: 2 }
/** Milliseconds that a failure is remembered. */
const FAILURE = 60_000
const MAX_DOCUMENTS = 256
const MAX_FAILURES = 4_096

export function documentCache({ clock, load, admit }: CacheOptions): DocumentCache {
  const documents = new Map<string, CachedDocument>()
  const failures = new Map<string, number>()
  const loading = new Map<string, Promise<CachedDocument>>()
  const running = new Map<string, number>()

  const fresh = (url: string) => {
    const document = documents.get(url)
    return document !== undefined && document.until > clock() ? document : undefined
  }
  const hasFailed = (url: string) => (failures.get(url) ?? 0) > clock()

  const start = async (url: string, host: string): Promise<CachedDocument> => {
    running.set(host, (running.get(host) ?? 0) + 1)
    try {
      const document = await load(url)
      failures.delete(url)
      keep(documents, url, document, MAX_DOCUMENTS)
      return document
    } catch (error) {
      keep(failures, url, clock() + FAILURE, MAX_FAILURES)
      throw error
    } finally {
      const left = (running.get(host) ?? 0) - 1
      if (left > 0) running.set(host, left)
      else running.delete(host)
      loading.delete(url)
    }
  }

  const checkRoom = (host: string, known: boolean) => {
    const most = known ? RUNNING.all : RUNNING.strangers
    if (loading.size >= most || (running.get(host) ?? 0) >= RUNNING.host) throw busy()
  }

  return {
    hasFailed,
    isNeeded: (url) => fresh(url) === undefined && !loading.has(url),
    get: async (url, host) => {
      const document = fresh(url)
      if (document !== undefined) return document
      if (hasFailed(url)) throw new GatewayError('fetch_failed', 'the document cannot be read')
      const other = loading.get(url)
      if (other !== undefined) return other
      // One that went stale was good before: strangers must not keep it away.
      const known = documents.has(url)
      checkRoom(host, known)
      admit(host, known)
      const started = start(url, host)
      loading.set(url, started)
      return started
    },
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

function busy(): GatewayError {
  return new GatewayError('fetch_failed', 'too many documents are being fetched')
}
