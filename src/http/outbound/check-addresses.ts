import { canonicalAddress, rangesOf } from '../../kernel/address-ranges.ts'
import { refused } from './place.ts'

/** More than an honest host answers with; what is dialled is bounded. */
const MAX_ADDRESSES = 32

const PUBLIC: ReadonlySet<string> = new Set(['public'])

/** Where hosts that the operator names may be, too: never where clouds hand out credentials. */
const NAMED: ReadonlySet<string> = new Set(['public', 'private', 'loopback', 'carrier'])

/**
 * Holds what a name stands for against the policy: a single address that is not allowed spoils them
 * all, or a second answer would decide.
 *
 * @param named whether the operator named the host.
 * @returns the addresses in canonical form.
 * @throws GatewayError `fetch_refused`. The message does not say which address it was: a caller who
 *   may learn that could map our network.
 */
export function checkAddresses(found: readonly string[], named: boolean): readonly string[] {
  if (found.length > MAX_ADDRESSES) throw refused('the host has too many addresses')
  const addresses = found.map((address) => {
    const canonical = address.includes('%') ? undefined : canonicalAddress(address)
    if (canonical === undefined || !isAllowed(canonical, named))
      throw refused('the host is not on the public internet', `an address is \`${address}\``)
    return canonical
  })
  return [...new Set(addresses)]
}

function isAllowed(address: string, named: boolean): boolean {
  const ranges = rangesOf(address) ?? []
  return ranges.length > 0 && ranges.every((range) => (named ? NAMED : PUBLIC).has(range))
}
