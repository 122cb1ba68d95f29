import { type HostReading, readHost } from '../hosts/read-host.ts'
import type { UrlFlag } from './flags.ts'
import { otherHosts, readsDifferently } from './other-hosts.ts'
import { defaultPort, isOpaque, runsCode } from './schemes.ts'
import { rawHost, type SplitUrl, splitUrl, trimUrl } from './split-url.ts'

/** What a URL says, before anything is resolved. */
export interface UrlReading {
  readonly href: string
  readonly scheme: string
  /** Empty if it names none. */
  readonly host: string
  readonly port: number | undefined
  readonly path: string
  /** What a literal address stands for. */
  readonly addresses: readonly string[]
  /** Hosts that other readers take it for. */
  readonly others: readonly string[]
  readonly flags: readonly string[]
}

/** The reading, or public words on why there is none. */
export type UrlResult = UrlReading | { readonly unparsable: string }

/** The longest part before a path that is read; browsers refuse far shorter ones. */
const LONGEST_AUTHORITY = 16_384
/** What is kept of `href` and `path`. */
const KEPT = 8_192
/** How many schemes may stand before each other, as in `view-source:jar:…`. */
const DEEPEST = 8

/** Reads an absolute URL by the WHATWG URL standard. Linear in its length. */
export function readUrl(text: string): UrlResult {
  const trimmed = trimUrl(text)
  const clean = trimmed.replace(/[\t\n\r]/g, '')
  const flags = new Set<UrlFlag>()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x1f\x7f]/.test(text.trim())) flags.add('control')
  if (/[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(clean)) flags.add('space')
  return kept(readClean(trimmed, clean, flags, 0))
}

function readClean(
  trimmed: string,
  clean: string,
  flags: ReadonlySet<UrlFlag>,
  depth: number,
): UrlResult {
  const split = splitUrl(clean)
  if (split === undefined) return { unparsable: 'has no scheme' }
  if (isOpaque(split.scheme)) return opaque(clean, split, flags)
  if (split.slashes === undefined) return wrapped(clean, split, flags, depth)
  if (split.authority.length > LONGEST_AUTHORITY)
    return { unparsable: 'has too much before its path' }
  if (split.scheme === 'file') return readFile(trimmed, clean, split, flags)
  return readHosted(trimmed, split, flags)
}

function readHosted(trimmed: string, split: SplitUrl, flags: ReadonlySet<UrlFlag>): UrlResult {
  const { scheme, authority } = split
  const reading = readHost(rawHost(authority))
  if (reading === undefined) return { unparsable: 'has a host that cannot be read' }
  const url = plainUrl(split, reading)
  if (url === null) return { unparsable: 'has a port that cannot be read' }
  const usual = defaultPort(scheme)
  const port = url.port === '' ? usual : Number(url.port)
  const others = [...new Set([...reading.others, ...otherHosts(trimmed, split, reading.host)])]
  const all: ReadonlySet<string> = new Set([
    ...flags,
    ...reading.flags,
    ...(authority.includes('@') ? ['userinfo'] : []),
    ...(usual !== undefined && port !== usual ? ['odd-port'] : []),
    ...(others.length > 0 || readsDifferently(split) ? ['ambiguous'] : []),
  ])
  const { host, addresses } = reading
  return { ...common(url), scheme, host, port, addresses, others, flags: [...all].sort() }
}

/** The URL with its host as it was read; user name and password have no place in records. */
function plainUrl({ scheme, authority, tail }: SplitUrl, { host, flags }: HostReading): URL | null {
  const port = /:\d*$/.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[0] ?? ''
  const literal = host.includes(':') ? `[${host}]` : host
  const dot = flags.includes('trailing-dot') && !flags.includes('ip-literal') ? '.' : ''
  return URL.parse(`${scheme}://${literal}${dot}${port}${tail}`)
}

function readFile(
  trimmed: string,
  clean: string,
  split: SplitUrl,
  flags: ReadonlySet<UrlFlag>,
): UrlResult {
  const url = URL.parse(clean)
  if (url === null) return { unparsable: 'names a file in a way that cannot be read' }
  const server = url.hostname === '' ? undefined : readHost(url.hostname)
  if (url.hostname !== '' && server === undefined)
    return { unparsable: 'has a host that cannot be read' }
  const host = server?.host ?? ''
  const others = otherHosts(trimmed, split, host)
  const all: ReadonlySet<string> = new Set([
    ...flags,
    ...(server?.flags ?? []),
    'local-file',
    ...(others.length > 0 || readsDifferently(split) ? ['ambiguous'] : []),
  ])
  const addresses = server?.addresses ?? []
  return {
    ...common(url),
    scheme: 'file',
    host,
    port: undefined,
    addresses,
    others,
    flags: [...all].sort(),
  }
}

/** A scheme before another URL is read as that URL: it is what will be opened. */
function wrapped(
  clean: string,
  split: SplitUrl,
  flags: ReadonlySet<UrlFlag>,
  depth: number,
): UrlResult {
  const inner = split.scheme === 'jar' ? (split.rest.split('!/', 1)[0] ?? '') : split.rest
  if (depth >= DEEPEST) return { unparsable: 'has too many schemes' }
  const reading = readClean(inner, inner, flags, depth + 1)
  if ('unparsable' in reading)
    return reading.unparsable === 'has no scheme' ? opaque(clean, split, flags) : reading
  return {
    ...reading,
    scheme: split.scheme,
    href: `${split.scheme}:${reading.href}`,
    flags: [...new Set([...reading.flags, 'wrapped'])].sort(),
  }
}

function opaque(clean: string, { scheme, rest }: SplitUrl, flags: ReadonlySet<UrlFlag>): UrlResult {
  const url = URL.parse(clean)
  if (url === null) return { unparsable: 'cannot be read' }
  const code: readonly UrlFlag[] = runsCode(scheme, rest) ? ['script'] : []
  return {
    ...common(url),
    scheme,
    host: '',
    port: undefined,
    addresses: [],
    others: [],
    flags: [...new Set([...flags, 'opaque', ...code])].sort(),
  }
}

function common({ href, pathname }: URL): { readonly href: string; readonly path: string } {
  return { href, path: pathname }
}

function kept(result: UrlResult): UrlResult {
  if ('unparsable' in result) return result
  const { href, path, flags } = result
  if (href.length <= KEPT && path.length <= KEPT) return result
  return {
    ...result,
    href: href.slice(0, KEPT),
    path: path.slice(0, KEPT),
    flags: [...new Set([...flags, 'long'])].sort(),
  }
}
