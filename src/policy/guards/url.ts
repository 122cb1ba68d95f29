import type { UrlFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'

export interface UrlRule {
  readonly schemes: readonly string[]
  /** See {@link hostMatches}. Undefined: any host that `ranges` lets pass. */
  readonly hosts: readonly string[] | undefined
  /** Undefined: the port that the scheme has by default. */
  readonly ports: readonly number[] | undefined
  readonly ranges: readonly string[]
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
  ['ws', 80],
  ['wss', 443],
  ['ftp', 21],
])

/** Every URL has an allowed scheme, host and port, and all its addresses lie in allowed ranges. */
export function urlCheck(rule: UrlRule): Check<UrlFact> {
  return (urls) => urls.flatMap((url) => reasons(url, rule).map((why) => ({ at: url.at, why })))
}

function reasons(url: UrlFact, { schemes, hosts, ports, ranges }: UrlRule): readonly string[] {
  const { scheme, host, port } = url
  const allowed = ports ?? [DEFAULT_PORTS.get(scheme)]
  return [
    ...(schemes.includes(scheme) ? [] : ['has a scheme that the guard does not allow']),
    ...(hosts === undefined || hosts.some((pattern) => hostMatches(pattern, host))
      ? []
      : ['has a host that the guard does not allow']),
    ...(port === undefined || allowed.includes(port)
      ? []
      : ['has a port that the guard does not allow']),
    ...(url.ranges.length > 0 && url.ranges.every((range) => ranges.includes(range))
      ? []
      : ['has an address that the guard does not allow, or none']),
  ]
}

/** `example.com` is that host alone; `*.example.com` any host beneath it, and not itself. */
export function hostMatches(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host
  return host.endsWith(pattern.slice(1)) && host.length >= pattern.length
}
