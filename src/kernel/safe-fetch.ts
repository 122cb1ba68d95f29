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
