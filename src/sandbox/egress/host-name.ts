import { isIPv4, isIPv6 } from 'node:net'
import { canonicalAddress } from '../../kernel/address-ranges.ts'

const LABEL = /^[a-z0-9_-]{1,63}$/
/** What parsers of URLs take for a number, and so for an address (WHATWG URL, "ends in a number"). */
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/
const AUTHORITY = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,254})(?::([1-9][0-9]{0,4}))?$/i

/** A host and a port. */
export interface Authority {
  /** As `readHost` gives it. */
  readonly host: string
  readonly port: number
}

/**
 * A host in the one form that rules are held against: a name in lower case without a final dot, or an
 * address in canonical form. Undefined unless every reader would take it for the same host: names are
 * ASCII (RFC 5890 A-labels), and IPv6 stands in brackets.
 */
export function readHost(text: string): string | undefined {
  if (text.startsWith('[')) {
    const address = text.slice(1, -1)
    return text.endsWith(']') && isIPv6(address) && !address.includes('%')
      ? canonicalAddress(address)
      : undefined
  }
  return isIPv4(text) ? text : readName(text)
}

/** A name in lower case without a final dot (RFC 1035 section 2.3.1, with underscores). */
export function readName(text: string): string | undefined {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase()
  if (name === '' || name.length > 253) return undefined
  const labels = name.split('.')
  if (!labels.every(isLabel) || NUMBER.test(labels.at(-1) ?? '')) return undefined
  return name
}

function isLabel(label: string): boolean {
  return LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-')
}

/** `host:port` (RFC 9110 section 7.2), without user information. Undefined without a port, unless one is usual. */
export function readAuthority(text: string, usualPort?: number): Authority | undefined {
  const [, hostText, portText] = AUTHORITY.exec(text) ?? []
  const host = hostText === undefined ? undefined : readHost(hostText)
  const port = portText === undefined ? usualPort : Number(portText)
  if (host === undefined || port === undefined || port > 65_535) return undefined
  return { host, port }
}

/** `host:port` as text, the port left out where it is the usual one. */
export function authorityText({ host, port }: Authority, usualPort?: number): string {
  const name = isIPv6(host) ? `[${host}]` : host
  return port === usualPort ? name : `${name}:${port}`
}
