import { isIP } from 'node:net'
import { invalid } from './names.ts'

/** Whom passkeys are made for (WebAuthn Level 3 section 5.4.2). A new id makes all passkeys useless. */
export interface RelyingParty {
  /** A domain name: the host of the origin, or a domain that it is under. Never an IP address. */
  readonly id: string
  /** Exactly as browsers say it. */
  readonly origin: string
  /** Shown by authenticators. */
  readonly name: string
}

/**
 * The party, if browsers make passkeys for its origin; undefined where they never do: IP addresses, and
 * plain HTTP except on localhost.
 *
 * @throws GatewayError `params_invalid` for an id that does not belong to the origin.
 */
export function usableParty(party: RelyingParty): RelyingParty | undefined {
  const url = URL.parse(party.origin)
  if (url === null || url.origin !== party.origin)
    throw invalid(`\`${party.origin}\` is not an origin`)
  const host = url.hostname
  const local = host === 'localhost' || host.endsWith('.localhost')
  if (isIP(host) !== 0 || host.startsWith('[')) return undefined
  if (url.protocol !== 'https:' && !local) return undefined
  if (host !== party.id && !host.endsWith(`.${party.id}`))
    throw invalid(`\`${host}\` is not under \`${party.id}\``)
  return party
}
