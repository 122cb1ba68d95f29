import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { AZURE_METADATA } from '../../vault/logins/azure.ts'
import { GOOGLE_METADATA } from '../../vault/logins/google.ts'

/** Milliseconds: the server is on the machine's own link. */
const TIMEOUT = 5_000

/**
 * Lets requests for the identity of the machine through, which the safe fetch refuses: their servers
 * are at fixed addresses of the link, in plain HTTP. Nothing else is fetched this way.
 */
export function withMetadata(fetch: SafeFetch): SafeFetch {
  return (url, request = {}) => {
    const { origin } = new URL(url)
    if (origin !== AZURE_METADATA && origin !== GOOGLE_METADATA) return fetch(url, request)
    const { method = 'GET', headers = {} } = request
    const signal = AbortSignal.timeout(TIMEOUT)
    return globalThis.fetch(url, { method, headers, redirect: 'error', signal })
  }
}
