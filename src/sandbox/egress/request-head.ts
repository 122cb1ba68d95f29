import type { IncomingMessage } from 'node:http'
import type { EgressReason } from './denial-words.ts'
import { type Authority, readAuthority } from './host-name.ts'

/** What is asked of which host, in the one way in which it is passed on. */
export interface RequestHead {
  readonly to: Authority
  /** Path and query, as they stand in the request. */
  readonly path: string
}

const HTTP_PORT = 80
const ABSOLUTE = /^http:\/\/([^/?#]{1,300})([/?].*)?$/i
const VERSION = /^1\.[01]$/
/** What a target may consist of (RFC 3986), and what browsers send as it is. */
const TARGET = /^[!-~]+$/
/** Protocols whose offer may be passed over, as RFC 9110 section 7.8 has it. */
const IGNORED_UPGRADE = /^h2c$/i

/**
 * Reads whom a request is for. Through the proxy the target is absolute; on a connection that is for one
 * host already, it is a path. Either way exactly one `Host` says the same (RFC 9112 section 3.2).
 */
export function readRequestHead(
  request: IncomingMessage,
  expected: Authority | undefined,
): RequestHead | EgressReason {
  const head = expected === undefined ? fromAbsolute(request.url) : fromPath(request.url, expected)
  if (head === undefined || !VERSION.test(request.httpVersion)) return 'request-malformed'
  const [named, ...more] = valuesOf(request, 'host')
  const host = named === undefined ? undefined : readAuthority(named, HTTP_PORT)
  if (more.length > 0 || host?.host !== head.to.host || host.port !== head.to.port)
    return 'host-mismatch'
  const upgrades = valuesOf(request, 'upgrade')
  if (!upgrades.every((value) => IGNORED_UPGRADE.test(value))) return 'upgrade-refused'
  return isFramedOnce(request) ? head : 'request-malformed'
}

function fromAbsolute(target: string | undefined): RequestHead | undefined {
  const [, authority = '', rest = ''] = ABSOLUTE.exec(target ?? '') ?? []
  const to = readAuthority(authority, HTTP_PORT)
  const path = rest.startsWith('/') ? rest : `/${rest}`
  return to !== undefined && isTarget(path) ? { to, path } : undefined
}

function fromPath(target: string | undefined, to: Authority): RequestHead | undefined {
  return target?.startsWith('/') && isTarget(target) ? { to, path: target } : undefined
}

function isTarget(path: string): boolean {
  return TARGET.test(path) && !path.includes('#')
}

/** Whether there is one way to tell where the body ends (RFC 9112 section 6.3). */
function isFramedOnce(request: IncomingMessage): boolean {
  const lengths = valuesOf(request, 'content-length')
  const codings = valuesOf(request, 'transfer-encoding')
  if (lengths.length + codings.length > 1) return false
  return codings.every((coding) => coding.toLowerCase() === 'chunked')
}

/** Every value of a header in the order of the request. */
export function valuesOf({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  return values
}

/** Headers that are for this hop alone (RFC 9110 section 7.6.1), and those that say how bodies end. */
const OF_THIS_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
])

/** Headers to pass on, flat as Node.js takes them: what is for this hop, and `without`, is left out. */
export function passedHeaders(message: IncomingMessage, without: readonly string[]): string[] {
  const named = valuesOf(message, 'connection').flatMap((value) => value.toLowerCase().split(','))
  const dropped = new Set([...without, ...named.map((name) => name.trim())])
  // nobody takes away what says where the body ends
  dropped.delete('content-length')
  for (const name of without) dropped.add(name)
  const { rawHeaders } = message
  return rawHeaders.filter((_, index) => {
    const name = (rawHeaders[index - (index % 2)] ?? '').toLowerCase()
    return !dropped.has(name) && !OF_THIS_HOP.has(name)
  })
}
