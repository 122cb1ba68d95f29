import { isIP } from 'node:net'
import { canonicalAddress, rangesOf } from '../kernel/address-ranges.ts'

/** A host as a rule names it, and the port that was written with it. */
export interface WrittenHost {
  /** ASCII, lower case, no trailing dot; `*.` and a suffix; or an address in canonical form. */
  readonly host: string
  readonly port: number | undefined
}

/** Why a text is no host that a rule may name, in words for whoever wrote it. */
export interface NoHost {
  readonly wrong: string
}

const EXPECTED = 'expected a host such as `api.example.com`, `*.example.com` or an address'
/** RFC 1035, 2.3.4. */
const LONGEST_NAME = 253
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** Second-level names under which the registries of countries give out names. */
const GIVEN_OUT: ReadonlySet<string> = new Set(['ac', 'co', 'com', 'edu', 'gov', 'net', 'org'])

/** Reads `host`, `host:port`, `*.suffix`, `*.suffix:port`, an address, or `[address]:port`. */
export function readEgressHost(text: string): WrittenHost | NoHost {
  if (isIP(text) !== 0) return ofAddress(text, undefined)
  const [, bracketed, bracketPort] = /^\[([^\]]{2,64})\](?::(\d{1,6}))?$/.exec(text) ?? []
  if (bracketed !== undefined) return ofAddress(bracketed, bracketPort)
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const written = colon < 0 ? undefined : text.slice(colon + 1)
  const port = portOf(written)
  if (typeof port === 'object') return port
  if (isIP(name) !== 0) return ofAddress(name, written)
  const host = name.startsWith('*') ? suffixOf(name) : nameOf(name)
  return typeof host === 'string' ? { host, port } : host
}

/** What an address lacks to be reachable by a rule; undefined for names and for what is fine. */
export function addressProblem(host: string, allowPrivate: boolean): string | undefined {
  const ranges = rangesOf(host)
  if (ranges === undefined) return undefined
  if (ranges.includes('metadata'))
    return 'an address that hands out credentials of the machine is never reachable'
  if (ranges.some((range) => NEVER.has(range)))
    return `an address of the range \`${ranges.join(', ')}\` is never reachable`
  if (allowPrivate || ranges.every((range) => range === 'public')) return undefined
  return `the address is \`${ranges.join(', ')}\`; say \`allowPrivate: true\` beside \`host\``
}

const NEVER: ReadonlySet<string> = new Set(['multicast', 'unspecified', 'reserved'])

function ofAddress(text: string, written: string | undefined): WrittenHost | NoHost {
  const host = text.includes('%') ? undefined : canonicalAddress(text)
  if (host === undefined) return { wrong: EXPECTED }
  const port = portOf(written)
  return typeof port === 'object' ? port : { host, port }
}

function portOf(text: string | undefined): number | NoHost | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) return { wrong: EXPECTED }
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : { wrong: 'expected a port of 1 to 65535' }
}

function suffixOf(text: string): string | NoHost {
  if (text === '*') return { wrong: 'name the hosts; `network.mode: unrestricted` allows all' }
  if (!text.startsWith('*.')) return { wrong: EXPECTED }
  const suffix = nameOf(text.slice(2))
  if (typeof suffix !== 'string') return suffix
  const labels = suffix.split('.')
  const [second = '', top = ''] = labels
  const shared = labels.length < 2 || (labels.length === 2 && isGivenOut(second, top))
  return shared ? { wrong: `\`*.${suffix}\` is everybody; name a domain below it` } : `*.${suffix}`
}

function isGivenOut(second: string, top: string): boolean {
  return top.length === 2 && GIVEN_OUT.has(second)
}

function nameOf(text: string): string | NoHost {
  // Letters, digits, marks and dots: what else a URL would take is an address, a path or a user.
  if (!/^[\p{L}\p{M}\p{N}._-]{1,253}$/u.test(text)) return { wrong: EXPECTED }
  const parsed = URL.parse(`http://${text}/`)?.hostname ?? ''
  const host = parsed.endsWith('.') ? parsed.slice(0, -1) : parsed
  if (isIP(host) !== 0) return { wrong: `write the address as \`${host}\`` }
  const labels = host.split('.')
  if (host.length > LONGEST_NAME || !labels.every((label) => LABEL.test(label)))
    return { wrong: EXPECTED }
  // A name that ends in digits is an address to some readers (WHATWG URL, "ends in a number").
  return /^\d+$/.test(labels.at(-1) ?? '') ? { wrong: EXPECTED } : host
}
