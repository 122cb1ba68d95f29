import type { CustomFetch } from 'openid-client'
import { safeAddress } from './settings.ts'

/** No document of a provider is larger: key sets of the large ones have 20 kB. */
const MAX_BYTES = 256 * 1024

/** Milliseconds until the last byte. */
const TIMEOUT = 5_000

/** Headers of an answer that anybody reads. */
const KEPT = ['content-type', 'www-authenticate']

/**
 * A fetch that goes to safe addresses alone, follows no redirect, and reads no more and waits no
 * longer than a provider needs. What it returns is read to the end.
 *
 * @param plain whether plain HTTP to this machine is taken.
 */
export function boundedFetch(fetch: CustomFetch, plain: boolean): CustomFetch {
  return async (url, options) => {
    if (safeAddress(url, plain) === undefined)
      throw new TypeError('the provider names an address that is not allowed')
    const limit = AbortSignal.timeout(TIMEOUT)
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit
    const response = await fetch(url, { ...options, redirect: 'manual', signal })
    return copyOf(response, await readBounded(response, signal))
  }
}

function copyOf({ status, headers }: Response, body: Uint8Array<ArrayBuffer>): Response {
  const kept = KEPT.flatMap((name): [string, string][] => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  const empty = [204, 205, 304].includes(status)
  // An opaque redirect has no status, and no answer that is one may be made without.
  return new Response(empty ? null : body, { status: status || 502, headers: kept })
}

async function readBounded(
  response: Response,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array()
  // A body that never ends is given up even by a fetch that forgets its signal after the head.
  const stop = () => void reader.cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return new Uint8Array(Buffer.concat(parts))
      size += value.byteLength
      if (size > MAX_BYTES) throw new TypeError('the provider says more than can be read')
      parts.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    void reader.cancel().catch(() => {})
  }
}
