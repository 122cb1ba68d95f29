import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { upstreamFailure } from './failure.ts'
import type { HttpAgents } from './fresh-agent.ts'

/** One URL, resolved once, ready for many requests. */
export interface HttpTarget {
  readonly server: string
  readonly url: URL
  /** The operator's own headers, flat: name, value, name, value. */
  readonly headers: readonly string[]
  /** Begins a request without its body. Throws for header values that HTTP cannot carry. */
  start(method: 'POST' | 'GET' | 'DELETE', headers: readonly string[]): ClientRequest
  /** The same server and headers at another URL. */
  at(url: URL): HttpTarget
}

// Set by the exchange itself or by the protocol: an operator's value would contradict them.
const RESERVED =
  /^(host|connection|content-length|content-type|transfer-encoding|accept|accept-encoding|te|trailer|upgrade|expect|last-event-id|mcp-.*)$/i

/**
 * Resolves a server's URL and headers.
 *
 * @throws GatewayError `upstream_unreachable` for a URL that is not plain http or https, holds
 *   credentials, or for a header that the protocol sets itself.
 */
export function httpTarget(
  server: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  agents: HttpAgents,
): HttpTarget {
  const refuse = (detail: string) => upstreamFailure('upstream_unreachable', server, detail)
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw refuse('the url is not http(s)')
  if (parsed.username !== '' || parsed.password !== '') throw refuse('the url holds credentials')
  for (const name of Object.keys(headers))
    if (RESERVED.test(name)) throw refuse(`the header \`${name}\` is set by the protocol`)
  return targetAt(parsed, server, Object.entries(headers).flat(), agents)
}

function targetAt(
  url: URL,
  server: string,
  headers: readonly string[],
  agents: HttpAgents,
): HttpTarget {
  const secure = url.protocol === 'https:'
  const send = secure ? httpsRequest : httpRequest
  const base = {
    agent: secure ? agents.https : agents.http,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  }
  // A flat list of headers spares Node the header map, but also its own Host.
  const fixed = ['Host', url.host, 'User-Agent', 'bailiwick', ...headers]
  return {
    server,
    url,
    headers,
    start: (method, own) => send({ ...base, method, headers: [...fixed, ...own] }),
    at: (other) => targetAt(other, server, headers, agents),
  }
}
