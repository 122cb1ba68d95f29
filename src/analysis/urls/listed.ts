import { isIP } from 'node:net'
import type { UrlFact } from '../../kernel/facts.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'

/** What may be spoken over each kind of rule. */
const SCHEMES: Readonly<Record<EgressRule['proto'], ReadonlySet<string> | undefined>> = {
  tls: new Set(['https', 'wss']),
  http: new Set(['http', 'ws']),
  tcp: undefined,
}

/**
 * Says of URLs whether a server’s own allowlist lists what they lead to: host, port and protocol. One
 * without a host or a port leads to no host, and nothing is said of it.
 */
export function withListing(
  urls: readonly UrlFact[],
  allowlist: readonly EgressRule[],
): readonly UrlFact[] {
  return urls.map((url) =>
    url.host === '' || url.port === undefined
      ? url
      : { ...url, listed: allowlist.some((rule) => allows(rule, url)) },
  )
}

function allows({ host, ports, proto }: EgressRule, url: UrlFact): boolean {
  if (url.port === undefined || !ports.includes(url.port)) return false
  if (SCHEMES[proto]?.has(url.scheme) === false) return false
  if (!host.startsWith('*.')) return url.host === host
  // An address is below no name.
  return isIP(url.host) === 0 && url.host.endsWith(host.slice(1))
}
