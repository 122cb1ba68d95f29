import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/loopback.ts'
import { createSafeFetch } from '../../http/outbound/safe-fetch.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { Outbound } from '../identity/open-identity.ts'
import { namedForCredentials } from './broker-servers.ts'
import { keeperHosts } from './open-keys.ts'
import { sourceHosts } from './open-sources.ts'

/** For authorization servers and those who keep keys or secrets: their answers are small. */
const LIMITS = { maxBytes: 256 * 1024, timeout: 10_000 }

/** A fetch that reaches what the operator named, wherever that is, and else public hosts alone. */
export function fetchForCredentials(config: Config, outbound: Outbound = {}): SafeFetch {
  const hosts = new Set([
    ...namedForCredentials(config),
    ...keeperHosts(config),
    ...sourceHosts(config),
  ])
  // Who named a server of this machine has its authorization server there, too, at another port. The
  // broker says for which servers that may be.
  const here = namedForCredentials(config).some((each) => isLoopback(each.replace(/:\d+$/, '')))
  const named = (host: string, port: number): boolean =>
    hosts.has(`${host}:${port}`) ||
    ((port === 443 || port === 80) && hosts.has(host)) ||
    (here && isLoopback(host))
  return createSafeFetch({ ...outbound, named, limits: LIMITS })
}
