import { GatewayError } from './errors.ts'

/** A request to an authorization server, or to somebody who keeps secrets. */
export interface SafeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

/**
 * Fetches by the rules of `FetchDocument`: the name is resolved once, what is dialled is what was checked,
 * redirects are answers, head and body are bounded, there is one deadline. Hosts that the operator named
 * may be private, and may be spoken to in plain HTTP where that does not leave this machine.
 *
 * @throws GatewayError `fetch_refused` (nothing was sent), `fetch_failed`.
 */
export type SafeFetch = (url: string, request?: SafeRequest) => Promise<Response>

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** What libraries hand to a `fetch` of their own. */
interface WebRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * The same fetch in the form that OAuth libraries take one in. Bodies other than text and forms are refused.
 *
 * @throws GatewayError as `SafeFetch`.
 */
export function webFetch(fetch: SafeFetch): (url: string, init: WebRequest) => Promise<Response> {
  return async (url, { method, headers, body, signal }) => {
    const [known] = METHODS.filter((one) => one === method)
    if (known === undefined) throw new GatewayError('fetch_refused', 'the method is not allowed')
    const text = textOf(body)
    return fetch(url, {
      method: known,
      headers,
      ...(text === undefined ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    })
  }
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new GatewayError('fetch_refused', 'the body is not a text')
}
