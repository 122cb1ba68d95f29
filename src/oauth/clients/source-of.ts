import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { canonicalAddress } from '../../kernel/address-ranges.ts'

/**
 * Whom a request counts for: the address that it came from; of an IPv6 address the network of 64 bits,
 * since one person owns all of it.
 */
export function sourceOf(request: IncomingMessage | undefined): string {
  const address = canonicalAddress(request?.socket?.remoteAddress ?? '')
  if (address === undefined) return ''
  if (!isIPv6(address)) return address
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4)
  return `${network.map((part) => part.toString(16)).join(':')}::/64`
}
