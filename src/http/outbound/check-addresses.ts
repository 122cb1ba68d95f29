import { canonicalAddress, rangesOf } from '../../kernel/address-ranges.ts'
import { refused } from './place.ts'

/** More than an honest host answers with; what is dialled is bounded. */
const MAX_ADDRESSES = 32

/**
 * How far a name may lead: to the public internet; where hosts that the operator names may be, too, which
 * is never where clouds hand out credentials; or only to this machine.
 */
export type Reach = 'public' | 'named' | 'own'

const REACH: Readonly<Record<Reach, ReadonlySet<string>>> = {
  public: new Set(['public']),
  named: new Set(['public', 'private', 'loopback', 'carrier']),
  own: new Set(['loopback']),
}

/**
 * Holds what a name stands for against the policy: a single address that is not allowed spoils them
 * all, or a second answer would decide.
 *
 * @returns the addresses in canonical form.
 * @throws GatewayError `fetch_refused`. The message does not say which address it was: a caller who
 *   may learn that could map our network.
 */
export function checkAddresses(found: readonly string[], reach: Reach): readonly string[] {
  if (found.length > MAX_ADDRESSES) throw refused('the host has too many addresses')
  const addresses = found.map((address) => {
    const canonical = address.includes('%') ? undefined : canonicalAddress(address)
    if (canonical === undefined || !isAllowed(canonical, reach))
      throw refused('the host is not on the public internet', `an address is \`${address}\``)
    return canonical
  })
  return [...new Set(addresses)]
}

function isAllowed(address: string, reach: Reach): boolean {
  const ranges = rangesOf(address) ?? []
  return ranges.length > 0 && ranges.every((range) => REACH[reach].has(range))
}
