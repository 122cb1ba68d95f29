import { hostPattern } from './host-pattern.ts'
import { isPrivateScheme } from './redirect-address.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Which clients may come without the operator having registered them. */
export interface ClientPolicy {
  /** Clients named by metadata documents: of any host, of `documentHosts`, or none. */
  readonly documents: 'any' | 'listed' | 'none'
  /**
   * Hosts whose documents the operator trusts: `client.example` exactly, `.example.com` for all hosts
   * below. Errors may be sent to the redirect addresses of their clients before anybody consents.
   */
  readonly documentHosts: readonly string[]
  /**
   * Dynamic registration: off; programs on the user's machine alone; or also web clients whose
   * redirect addresses are on `registrationHosts`.
   */
  readonly registration: 'off' | 'loopback' | 'listed'
  readonly registrationHosts: readonly string[]
  /** Private-use URI schemes (RFC 8252 section 7.1) that clients may redirect to, such as `com.example.app`. */
  readonly privateSchemes: readonly string[]
  /** Dynamic clients at once. */
  readonly maxDynamic: number
  /** Dynamic clients at once that registered from one address. */
  readonly maxDynamicPerSource: number
  /** Milliseconds after which a dynamic client is gone that was never used, or not since. */
  readonly unusedFor: number
  readonly idleFor: number
}

export const DEFAULT_CLIENT_POLICY: ClientPolicy = {
  documents: 'any',
  documentHosts: [],
  registration: 'off',
  registrationHosts: [],
  privateSchemes: [],
  maxDynamic: 1_000,
  maxDynamicPerSource: 20,
  unusedFor: DAY,
  idleFor: 30 * DAY,
}

/** @throws TypeError for a pattern that names no hosts, or a scheme that is nobody's own. */
export function checkPolicy(policy: ClientPolicy): ClientPolicy {
  for (const pattern of [...policy.documentHosts, ...policy.registrationHosts]) hostPattern(pattern)
  for (const scheme of policy.privateSchemes)
    if (!isPrivateScheme(scheme)) throw new TypeError(`\`${scheme}\` is no private-use URI scheme`)
  return policy
}
