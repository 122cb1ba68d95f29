import { refusedServer } from '../refusals.ts'

/** What addresses may be. */
export interface AddressRules {
  /** Plain HTTP to this machine, where the operator named an address like that. */
  readonly loopback: boolean
}

/**
 * An address that somebody else named, for us or for a browser to go to: HTTPS, without a name, a
 * password or a fragment.
 *
 * @throws GatewayError `authorization_server_refused`.
 */
export function checkAddress(address: unknown, rules: AddressRules, what: string): string {
  if (typeof address !== 'string' || address.length > 2_048 || !URL.canParse(address))
    throw refusedServer(`${what} is not an address`)
  const { protocol, hostname, username, password } = new URL(address)
  const plain = protocol === 'http:' && rules.loopback && isLoopback(hostname)
  if (protocol !== 'https:' && !plain) throw refusedServer(`${what} is not an https address`)
  if (username !== '' || password !== '' || address.includes('#'))
    throw refusedServer(`${what} has a user name or a fragment`)
  return address
}

/** Whether the operator named an address of this machine. */
export function rulesOf(...named: readonly (string | undefined)[]): AddressRules {
  const loopback = named.some((address) => {
    if (address === undefined || !URL.canParse(address)) return false
    const { protocol, hostname } = new URL(address)
    return protocol === 'http:' && isLoopback(hostname)
  })
  return { loopback }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
