import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { canonicalAddress } from '../../kernel/address-ranges.ts'

/**
 * Whom an address counts for: itself; of an IPv6 address the network of 64 bits, since one person owns
 * all of it. What is no address is one source together.
 */
export function sourceOf(from: string): string {
  const address = canonicalAddress(from)
  if (address === undefined) return ''
  if (!isIPv6(address)) return address
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4)
  return `${network.map((part) => part.toString(16)).join(':')}::/64`
}
