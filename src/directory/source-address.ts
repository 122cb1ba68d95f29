import { isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'

const MAX_OTHER = 64

/**
 * The address that attempts are counted under: an IPv4 address, also where it stands in IPv6; of an IPv6
 * address the network of 64 bits, since one person owns all of it. Anything else as it is.
 */
export function sourceAddress(from: string): string {
  if (!ipaddr.isValid(from)) return from.slice(0, MAX_OTHER)
  const address = ipaddr.process(from).toString()
  if (!isIPv6(address)) return address
  const parts = ipaddr.IPv6.parse(address).parts.slice(0, 4)
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`
}
