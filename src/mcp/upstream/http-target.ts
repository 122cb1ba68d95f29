import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { RequestAuthorizer } from '../../kernel/credential.ts'
import { upstreamFailure } from './failure.ts'
import type { HttpAgents } from './fresh-agent.ts'

/** One URL, resolved once, ready for many requests. */
export interface HttpTarget {
  readonly server: string
  readonly url: URL
  /** The operator's own headers, flat: name, value, name, value. */
  readonly headers: readonly string[]
  /** Shows the server who a request is for. Absent: `headers` are all there is. */
  readonly authorizer: RequestAuthorizer | undefined
  /**
   * Begins a request, whose body follows. `shown` is sent in the place of the operator's headers of the same names.
   *
   * @throws TypeError for header values that HTTP cannot carry; whatever the last look throws.
   */
  start(
    method: 'POST' | 'GET' | 'DELETE',
    headers: readonly string[],
    shown?: readonly string[],
    body?: string,
  ): ClientRequest
  /** The same server and headers at another URL. */
  at(url: URL): HttpTarget
}

/** What a target's requests go through. */
export interface HttpWay {
  readonly agents: HttpAgents
  readonly authorizer?: RequestAuthorizer | undefined
  /** Sees all that is sent before it is. What it throws keeps it from being sent. */
  readonly lastLook?: ((text: string) => void) | undefined
}

// Set by the exchange itself or by the protocol: an operator's value would contradict them.
export const RESERVED =
  /^(host|connection|content-length|content-type|transfer-encoding|accept|accept-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|last-event-id|mcp-.*)$/i

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
  way: HttpWay,
): HttpTarget {
  const refuse = (detail: string) => upstreamFailure('upstream_unreachable', server, detail)
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw refuse('the url is not http(s)')
  if (parsed.username !== '' || parsed.password !== '') throw refuse('the url holds credentials')
  for (const name of Object.keys(headers))
    if (RESERVED.test(name)) throw refuse(`the header \`${name}\` is set by the protocol`)
  return targetAt(parsed, server, Object.entries(headers).flat(), way)
}

function targetAt(url: URL, server: string, headers: readonly string[], way: HttpWay): HttpTarget {
  const { agents, authorizer, lastLook } = way
  const secure = url.protocol === 'https:'
  const send = secure ? httpsRequest : httpRequest
  const base = {
    agent: secure ? agents.https : agents.http,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
  }
  // A flat list of headers spares Node the header map, but also its own Host.
  const fixed = ['Host', url.host, 'User-Agent', 'bailiwick']
  const plain = [...fixed, ...headers]
  return {
    server,
    url,
    headers,
    authorizer,
    start: (method, own, shown, body) => {
      const before = shown === undefined ? plain : [...fixed, ...without(headers, shown), ...shown]
      const all = [...before, ...own]
      if (lastLook !== undefined) {
        lastLook(url.href)
        lastLook(all.join('\n'))
        if (body !== undefined) lastLook(body)
      }
      return send({ ...base, method, headers: all })
    },
    at: (other) => targetAt(other, server, headers, way),
  }
}

/** The headers of a flat list whose names do not stand in the other. */
function without(headers: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(others.map((one, index) => (index % 2 === 0 ? one.toLowerCase() : '')))
  return headers.filter(
    (_, index) => !taken.has((headers[index - (index % 2)] ?? '').toLowerCase()),
  )
}
