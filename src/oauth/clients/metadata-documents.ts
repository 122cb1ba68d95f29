import { GatewayError } from '../../kernel/errors.ts'
import type { FetchedDocument } from '../../kernel/fetch-document.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { buckets } from '../buckets.ts'
import type { ClientDocuments } from '../engine/ports.ts'
import { clientDocument, documentHost, publicKeys } from './client-document.ts'
import type { ClientsSetting } from './clients-setting.ts'
import { type CachedDocument, documentCache } from './document-cache.ts'
import { hostMatcher } from './host-pattern.ts'
import type { RedirectRules } from './redirect-address.ts'

const LIMITS = { maxBytes: 5_120, timeout: 2_500 }
/** Key sets hold certificates. */
const KEY_SET_TYPE = 'application/jwk-set+json'
const KEY_LIMITS = { maxBytes: 32_768, timeout: 2_500 }

/** Seconds that a document is kept. */
const FRESH = { min: 60, max: 3_600 }

/** Fetches that one address can cause, and that one host is asked for: a burst, and one more every so often. */
const PER_SOURCE = { most: 20, every: 3_000, maxKeys: 10_000 }
const PER_HOST = { most: 20, every: 2_000, maxKeys: 10_000 }

const MAX_KEY_SETS = 1_000

/**
 * Clients that documents name. The library asks `allowFetch`, then for the document by `fetch`, then
 * `allowClient`; what it gets is not the document but what of it counts. Undefined when the policy is
 * that there are none.
 */
export function metadataDocuments(setting: ClientsSetting): ClientDocuments | undefined {
  const { policy, clock } = setting
  if (policy.documents === 'none') return undefined
  const listed = hostMatcher(policy.documentHosts)
  const allowed = policy.documents === 'any' ? () => true : listed
  const sources = buckets({ ...PER_SOURCE, overflow: 'refuse', clock })
  const hosts = buckets({ ...PER_HOST, overflow: 'refuse', clock })
  const admit = (host: string, known: boolean): void => {
    if (!known && !listed(host) && hosts.take(host) > 0)
      throw failed('the host was asked too often')
  }
  const cache = documentCache({ clock, load: loader(setting, listed), admit })

  return {
    cacheDuration: { min: 1, max: FRESH.max },
    allowFetch: async (request, id) => {
      const host = documentHost(id)
      if (host === undefined || cache.hasFailed(id)) return false
      if (allowed(host) && !cache.isNeeded(id)) return true
      // Refusals are counted, too: each is written down.
      if (sources.take(setting.sourceOf(request)) > 0) return false
      if (!allowed(host)) await refused(setting, id, 'the host is not trusted')
      return allowed(host)
    },
    allowClient: async (id) => {
      const host = documentHost(id)
      if (host === undefined || !allowed(host)) return false
      return (await setting.rows.find(id))?.status !== 'disabled'
    },
    fetch: async (url) => {
      const { body, until } = await cache.get(url, URL.parse(url)?.hostname ?? '')
      const seconds = Math.max(1, Math.floor((until - clock()) / 1_000))
      const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${seconds}` }
      return new Response(body, { headers })
    },
  }
}

/** Asks the host, and makes of the answer what counts. Failures are witnessed. */
function loader(
  setting: ClientsSetting,
  listed: (host: string) => boolean,
): (url: string) => Promise<CachedDocument> {
  const { clock, fetchDocument, policy } = setting
  const rules: RedirectRules = { web: () => true, privateSchemes: policy.privateSchemes }
  const keySets = new Set<string>()

  const load = async (url: string): Promise<CachedDocument> => {
    const mayBeKeys = keySets.has(url)
    const answer = await fetchDocument(url, mayBeKeys ? KEY_LIMITS : LIMITS)
    const document = documentOf(answer, mayBeKeys)
    const counts =
      mayBeKeys && !('client_id' in document)
        ? publicKeys(document)
        : clientDocument(url, document, rules, listed(documentHost(url) ?? ''))
    if (typeof counts === 'string') throw failed(counts)
    if ('jwks_uri' in counts) remember(keySets, String(counts['jwks_uri']))
    const kept = Math.min(FRESH.max, Math.max(FRESH.min, answer.maxAge ?? 0))
    return { body: JSON.stringify(counts), until: clock() + kept * 1_000 }
  }

  return async (url) => {
    try {
      return await load(url)
    } catch (error) {
      await refused(setting, url, error instanceof GatewayError ? error.message : 'internal error')
      throw error
    }
  }
}

function remember(set: Set<string>, url: string): void {
  set.delete(url)
  set.add(url)
  const [oldest] = set
  if (set.size > MAX_KEY_SETS && oldest !== undefined) set.delete(oldest)
}

function documentOf({ status, type, text }: FetchedDocument, mayBeKeys: boolean): JsonObject {
  if (status !== 200) throw failed(`the host answers with status ${status}`)
  if (type !== 'application/json' && !(mayBeKeys && type === KEY_SET_TYPE))
    throw failed('the document is not JSON by its type')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw failed('the document is not JSON', error)
  }
  if (!isObject(value)) throw failed('the document is not a JSON object')
  return value
}

function failed(why: string, cause?: unknown): GatewayError {
  return new GatewayError('fetch_failed', why, cause === undefined ? {} : { cause })
}

async function refused({ witness }: ClientsSetting, client: string, reason: string): Promise<void> {
  const detail = { trust: 'metadata', reason }
  await witness({ event: 'client.refused', outcome: 'refused', client, detail })
}
