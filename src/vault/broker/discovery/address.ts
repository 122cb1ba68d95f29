import { refusedServer } from '../refusals.ts'

/** What addresses may be. */
export interface AddressRules {
  /** Addresses of this machine, also in plain HTTP: where the operator named one like that. */
  readonly loopback: boolean
}

/**
 * An address that somebody else named, for us or for a browser to go to: HTTPS, without a name, a
 * password or a fragment, and none of this machine unless the rules allow that.
 *
 * @throws GatewayError `authorization_server_refused`.
 */
export function checkAddress(address: unknown, rules: AddressRules, what: string): string {
  if (typeof address !== 'string' || address.length > 2_048 || !URL.canParse(address))
    throw refusedServer(`${what} is not an address`)
  const { protocol, hostname, username, password } = new URL(address)
  const here = isLoopback(hostname)
  // Of a server elsewhere, such an address would have us ask around on this machine.
  if (here && !rules.loopback) throw refusedServer(`${what} is an address of this machine`)
  if (protocol !== 'https:' && !(protocol === 'http:' && here))
    throw refusedServer(`${what} is not an https address`)
  if (username !== '' || password !== '' || address.includes('#'))
    throw refusedServer(`${what} has a user name or a fragment`)
  return address
}

/** Whether the operator named an address of this machine. */
export function rulesOf(...named: readonly (string | undefined)[]): AddressRules {
  const loopback = named.some((address) => {
    if (address === undefined || !URL.canParse(address)) return false
    return isLoopback(new URL(address).hostname)
  })
  return { loopback }
}

function isLoopback(hostname: string): boolean {
  return (
    /(?:^|\.)localhost\.?$/.test(hostname) ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  )
}
