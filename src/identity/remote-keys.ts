import type { JSONWebKeySet } from 'jose'
import type { FetchDocument } from '../kernel/fetch-document.ts'
import { isObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import { type KeySet, keySetOf } from './key-set.ts'
import { unknowable } from './refusal.ts'

const LIMITS = { maxBytes: 512 * 1024, timeout: 5_000 }
const TYPES = ['application/json', 'application/jwk-set+json']

const MINUTE = 60_000
/** Milliseconds that keys count as fresh, whatever the issuer says. */
const FRESH = { least: 5 * MINUTE, most: 60 * MINUTE, unsaid: 10 * MINUTE }
/** Milliseconds that keys are kept while their issuer does not answer. */
const KEPT = 4 * 60 * MINUTE
/** Milliseconds between two fetches while there are keys, and while there are none. */
const PAUSE = { stocked: MINUTE, empty: 5_000 }

export interface RemoteKeysOptions {
  /** Address of the set (RFC 7517). */
  readonly url: string
  readonly fetch: FetchDocument
  readonly clock: Clock
}

interface Fetched {
  readonly keys: KeySet
  readonly at: number
  readonly freshUntil: number
}

/**
 * The keys of another issuer. Fetched when first needed, when they are no longer fresh, and for a
 * name that is not among them, at most once a minute. Nobody waits for a refresh but those whose key
 * is missing.
 */
export function remoteKeys({ url, fetch, clock }: RemoteKeysOptions): KeySet {
  let fetched: Fetched | undefined
  let tried = Number.NEGATIVE_INFINITY
  let failure: unknown
  let running: Promise<void> | undefined

  const refresh = (): Promise<void> => {
    const pause = fetched === undefined ? PAUSE.empty : PAUSE.stocked
    if (running === undefined && Math.abs(clock() - tried) >= pause) {
      tried = clock()
      running = fetchKeys(url, fetch, tried)
        .then(
          (keys) => {
            fetched = keys
          },
          (error: unknown) => {
            failure = error
          },
        )
        .finally(() => {
          running = undefined
        })
    }
    return running ?? Promise.resolve()
  }

  return {
    find: async (algorithm, key) => {
      const now = clock()
      if (fetched !== undefined && Math.abs(now - fetched.at) > KEPT) fetched = undefined
      if (fetched === undefined) await refresh()
      else if (now >= fetched.freshUntil) void refresh()
      const stock = fetched as Fetched | undefined
      if (stock === undefined) throw unknowable(`the keys of \`${url}\` cannot be fetched`, failure)
      const found = await stock.keys.find(algorithm, key)
      if (found !== undefined) return found
      await refresh()
      return fetched?.keys.find(algorithm, key)
    },
  }
}

async function fetchKeys(url: string, fetch: FetchDocument, now: number): Promise<Fetched> {
  const { status, type, text, maxAge } = await fetch(url, LIMITS)
  if (status !== 200 || !TYPES.includes(type))
    throw new Error(`the answer is ${status} with \`${type}\``)
  const set: unknown = JSON.parse(text)
  if (!isObject(set) || !Array.isArray(set['keys']) || !set['keys'].every(isObject))
    throw new Error('the answer is not a set of keys')
  const said = maxAge === undefined ? FRESH.unsaid : maxAge * 1_000
  return {
    keys: keySetOf(set as unknown as JSONWebKeySet),
    at: now,
    freshUntil: now + Math.min(Math.max(said, FRESH.least), FRESH.most),
  }
}
