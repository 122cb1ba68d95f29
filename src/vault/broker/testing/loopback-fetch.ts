import { GatewayError } from '../../../kernel/errors.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'

/** A fetch to this machine alone; `asked` holds what was wanted, refused or not. */
export function loopbackFetch(): { readonly fetch: SafeFetch; readonly asked: readonly string[] } {
  const asked: string[] = []
  return {
    asked,
    fetch: async (url, request = {}) => {
      asked.push(url)
      if (new URL(url).hostname !== '127.0.0.1')
        throw new GatewayError('fetch_refused', 'the host is not to be asked')
      const { method = 'GET', headers, body, signal } = request
      return fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(3_000), ...(signal ? [signal] : [])]),
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
      })
    },
  }
}
