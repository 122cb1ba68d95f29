import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { canonicalAddress } from './address-ranges.ts'

/**
 * Whom attempts from an address are counted under: an IPv4 address, also where it stands in IPv6; of an
 * IPv6 address the network of 64 bits, since one person owns all of it. What is no address is one source
 * together, so that nobody makes up sources.
 */
export function sourceAddress(from: string): string {
  const address = canonicalAddress(from)
  if (address === undefined) return ''
  if (!isIPv6(address)) return address
  const network = ipaddr.IPv6.parse(address).parts.slice(0, 4)
  return `${network.map((part) => part.toString(16)).join(':')}::/64`
}
