import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Where an address lies. What is not `public` reaches a place that the internet at large does not. */
export type RangeWord =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'metadata'
  | 'carrier'
  | 'multicast'
  | 'reserved'
  | 'unspecified'

type V4 = ipaddr.IPv4
type V6 = ipaddr.IPv6

/** The words for the ranges of ipaddr.js; a range without a word here is `reserved`. */
const WORDS: Readonly<Record<string, RangeWord>> = {
  unicast: 'public',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  loopback: 'loopback',
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier',
  multicast: 'multicast',
  unspecified: 'unspecified',
}

/** Addresses at which clouds hand credentials to whoever asks from inside, by their documentation. */
const METADATA: ReadonlySet<string> = new Set([
  '169.254.169.254', // AWS, Google Cloud, Azure, Oracle, DigitalOcean, OpenStack
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // Google Cloud
  '100.100.100.200', // Alibaba Cloud
  '192.0.0.192', // Oracle Cloud, first generation
  '168.63.129.16', // Azure
])

/**
 * An address in its canonical form: dotted decimal, or RFC 5952 without a zone; IPv4-mapped IPv6 as the
 * IPv4 address that is reached. Undefined for anything that is not strictly an address.
 */
export function canonicalAddress(text: string): string | undefined {
  const address = text.replace(/%.*$/s, '')
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString()
}

/** The words for one address, sorted; `public` only when no other word fits. Undefined if it is none. */
export function rangesOf(text: string): readonly RangeWord[] | undefined {
  const canonical = canonicalAddress(text)
  if (canonical === undefined) return undefined
  const address = ipaddr.parse(canonical)
  const words = new Set(address.kind() === 'ipv4' ? v4Words(address as V4) : v6Words(address as V6))
  if (METADATA.has(canonical)) words.add('metadata')
  if (words.size > 1) words.delete('public')
  return [...words].sort()
}

function v4Words(address: V4): readonly RangeWord[] {
  // connecting to 0.0.0.0 connects to this machine
  if (address.octets.every((octet) => octet === 0)) return ['loopback', 'unspecified']
  return [WORDS[address.range()] ?? 'reserved']
}

function v6Words(address: V6): readonly RangeWord[] {
  const inner = embeddings(address.parts)
  const words = new Set<RangeWord>(inner.addresses.flatMap(innerWords))
  if (inner.only) return [...words]
  const [first = 0] = address.parts
  const range = address.range()
  if (range === 'unspecified') return ['loopback', 'unspecified']
  // RFC 4291, 2.4: of what has no use of its own, only 2000::/3 is given out
  const unassigned = range === 'unicast' && (first < 0x2000 || first > 0x3fff)
  words.add(unassigned ? 'reserved' : (WORDS[range] ?? 'reserved'))
  return [...words]
}

function innerWords(address: string): readonly RangeWord[] {
  return rangesOf(address) ?? []
}

/** How a translator or a tunnel takes IPv4 addresses out of an IPv6 address. */
interface Embedding {
  /** Of the address as 32 hexadecimal digits. */
  readonly prefix: RegExp
  /** The IPv4 addresses in it, each as eight hexadecimal digits. */
  readonly take: (hex: string) => readonly string[]
  /** Whether the IPv6 address is just a way to write the IPv4 address. */
  readonly only?: true
}

const last = (hex: string): readonly string[] => [hex.slice(24)]

const EMBEDDINGS: readonly Embedding[] = [
  // RFC 6052: the well-known prefix of NAT64; hosts without IPv4 reach all of it so
  { prefix: /^0064ff9b0{16}/, take: last, only: true },
  // RFC 8215: local NAT64; the length of its prefix is not known, so both places count (RFC 6052, 2.2)
  {
    prefix: /^0064ff9b0001/,
    take: (hex) => [hex.slice(24), hex.slice(12, 16) + hex.slice(18, 22)],
  },
  // RFC 3056: 6to4
  { prefix: /^2002/, take: (hex) => [hex.slice(4, 12)] },
  // RFC 4380: Teredo, server and client
  { prefix: /^20010000/, take: (hex) => [hex.slice(8, 16), inverted(hex.slice(24))] },
  // RFC 2765: IPv4-translated
  { prefix: /^0{16}ffff0000/, take: last },
  // RFC 4291, 2.5.5.1: IPv4-compatible; `::` and `::1` are none
  { prefix: /^0{24}(?!0000000[01])/, take: last },
  // RFC 5214: ISATAP, under any prefix
  { prefix: /^.{16}0[02]005efe/, take: last },
]

function embeddings(parts: readonly number[]): {
  readonly addresses: readonly string[]
  readonly only: boolean
} {
  const hex = parts.map((part) => part.toString(16).padStart(4, '0')).join('')
  const found = EMBEDDINGS.filter(({ prefix }) => prefix.test(hex))
  return {
    addresses: found.flatMap(({ take }) => take(hex).map(dotted)),
    only: found.some(({ only }) => only),
  }
}

function inverted(hex: string): string {
  return (0xffffffff - Number.parseInt(hex, 16)).toString(16).padStart(8, '0')
}

function dotted(hex: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}
