import { rangesOf } from '../../kernel/address-ranges.ts'
import type { FactPlace, UrlFact } from '../../kernel/facts.ts'
import { rangesByName } from '../hosts/known-names.ts'
import type { UrlReading } from './read-url.ts'

/** Makes the fact of a reading. Names keep the range `unresolved` until they are resolved. */
export function urlFact(reading: UrlReading, { at, origin, flags }: FactPlace): UrlFact {
  const { href, scheme, host, port, path, addresses } = reading
  return {
    at,
    origin,
    flags: [...new Set([...reading.flags, ...flags])].sort(),
    href,
    scheme,
    host,
    ...(port === undefined ? {} : { port }),
    path,
    addresses,
    ranges: rangesOfHost(host, addresses),
  }
}

/** The words for a host that has these addresses, sorted. Never empty. */
export function rangesOfHost(host: string, addresses: readonly string[]): readonly string[] {
  const words = new Set<string>(rangesByName(host))
  for (const address of addresses)
    for (const word of rangesOf(address) ?? ['unresolved']) words.add(word)
  return words.size === 0 ? ['unresolved'] : [...words].sort()
}
