import type { FetchDocument, FetchLimits } from '../../kernel/fetch-document.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'

/** Where the keys of another issuer are. */
export type KeySource =
  /** Given by the operator. */
  | { readonly kind: 'given'; readonly keys: readonly JsonObject[] }
  /** At this address (RFC 7517 section 5). */
  | { readonly kind: 'address'; readonly url: string }
  /** Where the issuer's own metadata says (OpenID Connect Discovery 1.0 section 4). */
  | { readonly kind: 'discovered'; readonly issuer: string }

type RemoteSource = Exclude<KeySource, { readonly kind: 'given' }>

/** Public keys of other issuers, fetched when they are needed and kept for a while. */
export interface KeySets {
  /**
   * The keys of a source. One that does not hold `kid` is fetched anew, at most once a minute.
   *
   * @throws GatewayError `fetch_refused`, `fetch_failed`; KeySetError.
   */
  keys(source: KeySource, kid: string | undefined): Promise<readonly JsonObject[]>
}

/** What an issuer serves is not a key set. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError'
}

interface KeySetsOptions {
  readonly fetchDocument: FetchDocument
  readonly now: () => number
}

interface Kept {
  readonly keys: Promise<readonly JsonObject[]>
  readonly fetched: number
  /** Milliseconds since the epoch. */
  until: number
}

const LIMITS: FetchLimits = { maxBytes: 65_536, timeout: 3_000 }
const MAX_SOURCES = 256
const MAX_KEYS = 100
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How long the keys are kept when their host does not say. */
const USUAL = 10 * MINUTE

export function keySets({ fetchDocument, now }: KeySetsOptions): KeySets {
  const kept = new Map<string, Kept>()

  function fetchAnew(id: string, source: RemoteSource): Promise<readonly JsonObject[]> {
    const fetched = now()
    const fresh = fetchKeys(source, fetchDocument)
    const entry: Kept = { keys: fresh.then(({ keys }) => keys), fetched, until: fetched + MINUTE }
    // A failure is kept for its minute, too: nobody makes us ask a host in vain again and again.
    entry.keys.catch(() => undefined)
    fresh.then(
      ({ maxAge }) => {
        const age = maxAge === undefined ? USUAL : maxAge * 1_000
        entry.until = fetched + Math.min(HOUR, Math.max(MINUTE, age))
      },
      () => undefined,
    )
    kept.delete(id)
    kept.set(id, entry)
    const [oldest] = kept.keys()
    if (kept.size > MAX_SOURCES && oldest !== undefined) kept.delete(oldest)
    return entry.keys
  }

  return {
    async keys(source, kid) {
      if (source.kind === 'given') return source.keys
      const id = idOf(source)
      const entry = kept.get(id)
      if (entry === undefined || entry.until <= now()) return fetchAnew(id, source)
      const keys = await entry.keys
      if (holds(keys, kid) || entry.fetched + MINUTE > now()) return keys
      const newer = kept.get(id)
      // Many may have waited for the same keys: one of them fetches, the others take what it gets.
      return newer === undefined || newer === entry ? fetchAnew(id, source) : newer.keys
    },
  }
}

function idOf(source: RemoteSource): string {
  return source.kind === 'address' ? `at ${source.url}` : `of ${source.issuer}`
}

function holds(keys: readonly JsonObject[], kid: string | undefined): boolean {
  return kid === undefined || keys.some((key) => key['kid'] === kid)
}

async function fetchKeys(source: RemoteSource, fetchDocument: FetchDocument) {
  const discovered = source.kind === 'discovered'
  const url = discovered ? await discover(source.issuer, fetchDocument) : source.url
  const { body, maxAge } = await fetchJson(url, fetchDocument)
  const { keys } = body
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new KeySetError('not a set of keys')
  return { keys: keys.filter(isObject), maxAge }
}

async function discover(issuer: string, fetchDocument: FetchDocument): Promise<string> {
  const base = issuer.endsWith('/') ? issuer.slice(0, -1) : issuer
  const { body } = await fetchJson(`${base}/.well-known/openid-configuration`, fetchDocument)
  if (body['issuer'] !== issuer) throw new KeySetError('metadata of another issuer')
  const { jwks_uri: url } = body
  if (typeof url !== 'string') throw new KeySetError('metadata without keys')
  return url
}

async function fetchJson(url: string, fetchDocument: FetchDocument) {
  const { status, text, maxAge } = await fetchDocument(url, LIMITS)
  if (status !== 200) throw new KeySetError(`answered ${status}`)
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (cause) {
    throw new KeySetError('not JSON', { cause })
  }
  if (!isObject(body)) throw new KeySetError('not an object')
  return { body, maxAge }
}
