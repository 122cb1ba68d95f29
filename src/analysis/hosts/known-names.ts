import type { RangeWord } from '../../kernel/address-ranges.ts'

/** Names under which clouds offer their metadata, by their documentation. */
const METADATA: ReadonlySet<string> = new Set([
  'metadata', // Google Cloud, short
  'metadata.google.internal',
  'metadata.goog',
  'instance-data', // AWS, short
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'rancher-metadata',
])

/**
 * Top-level names that no public DNS serves: RFC 6761 (localhost), RFC 6762 (local, and those of its
 * appendix G), ICANN's `internal`, RFC 8375 (home.arpa), the search domain of Kubernetes services.
 */
const INTERNAL: readonly string[] = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'home.arpa',
  'svc',
]

/** What a name says of its addresses, whatever it resolves to. RFC 6761, 6.3: `localhost` is loopback. */
export function rangesByName(host: string): readonly RangeWord[] {
  if (METADATA.has(host)) return ['metadata']
  return isUnder(host, 'localhost') ? ['loopback'] : []
}

/** True for names that only mean something inside of a network. */
export function isInternalName(host: string): boolean {
  return host !== '' && (!host.includes('.') || INTERNAL.some((name) => isUnder(host, name)))
}

function isUnder(host: string, name: string): boolean {
  return host === name || host.endsWith(`.${name}`)
}
