import { isIP } from 'node:net'
import { GatewayError } from '../../kernel/errors.ts'

const MAX_URL = 2_048
const HTTPS = 443
const HTTP = 80
const SCHEME = 'https://'

/** Labels of letters, digits, hyphens and underscores (RFC 1123 section 2.1), without a final dot. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** What a URL must not hold as it is written: two parsers would read it in two ways. */
const AMBIGUOUS = /[^!-~]|[\\#]/
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|$)/i

/** Where a document is, once its address was found fit to ask for. */
export interface Place {
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
  /** Whether the operator named the host, so that it may be on a private network. */
  readonly named: boolean
}

/** Whether the operator named a host, with the port that it listens on. */
export type Named = (host: string, port: number) => boolean

/** A machine's own names, as they may stand in an address of plain HTTP. */
const OWN = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/i

/**
 * Reads the address of something on this machine that the operator named, which may be spoken to in
 * plain HTTP. Undefined for every other address.
 *
 * @throws GatewayError `fetch_refused` for one that is not named, or that parsers could read differently.
 */
export function ownPlaceOf(url: string, named: Named): Place | undefined {
  const [start] = OWN.exec(url) ?? []
  if (start === undefined) return undefined
  const parsed = readable(url)
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  const port = parsed.port === '' ? HTTP : Number(parsed.port)
  if (DOT_SEGMENT.test(url.slice(start.length).replace(/\?.*$/, '')))
    throw refused('the path of the address holds dot segments')
  if (!named(host, port)) throw refused('only https addresses are fetched')
  return { host, port, path: `${parsed.pathname}${parsed.search}`, named: true }
}

/**
 * Reads the address of a document. HTTPS to a host by its name, nothing that two parsers could read
 * differently, and no port but 443 where the operator did not name it.
 *
 * @throws GatewayError `fetch_refused`.
 */
export function placeOf(url: string, named: Named): Place {
  checkWriting(url)
  if (url.slice(0, SCHEME.length).toLowerCase() !== SCHEME)
    throw refused('only https addresses are fetched')
  const parsed = readable(url)
  const [, authority = '', path = ''] = /^([^/?]*)([^?]*)/.exec(url.slice(SCHEME.length)) ?? []
  const port = parsed.port === '' ? HTTPS : Number(parsed.port)
  // So the host stands there as it is: no user name, no escapes, no number spelled in another base.
  if (![parsed.hostname, `${parsed.hostname}:${port}`].includes(authority.toLowerCase()))
    throw refused('the host of the address is not plainly written')
  if (DOT_SEGMENT.test(path)) throw refused('the path of the address holds dot segments')
  return { ...hostOf(parsed.hostname, port, named), path: `${parsed.pathname}${parsed.search}` }
}

function checkWriting(url: string): void {
  if (url.length > MAX_URL) throw refused('the address is too long')
  if (AMBIGUOUS.test(url)) throw refused('the address holds a character that it must not hold')
}

function readable(url: string): URL {
  checkWriting(url)
  const parsed = URL.parse(url)
  if (parsed === null) throw refused('the address cannot be read')
  return parsed
}

function hostOf(host: string, port: number, named: Named): Omit<Place, 'path'> {
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0)
    throw refused('the address names a machine by its number')
  if (host.length > 253 || !host.split('.').every((label) => LABEL.test(label)))
    throw refused('the host of the address is not a name')
  const isNamed = named(host, port)
  // A name of one label means what the search list of this machine says.
  if (!isNamed && !host.includes('.')) throw refused('the host of the address is not a public name')
  if (!isNamed && port !== HTTPS) throw refused('the port of the address is not 443')
  return { host, port, named: isNamed }
}

/** A refusal to fetch: nothing was sent. */
export function refused(why: string, detail?: string): GatewayError {
  return new GatewayError('fetch_refused', why, detail === undefined ? {} : { detail })
}
