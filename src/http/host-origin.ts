import { GatewayError } from '../kernel/errors.ts'

/** Whose requests are taken: exact values of `Host` and `Origin`, lower-case. */
export interface Neighbours {
  readonly hosts: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** True for an address on which only this machine can connect. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** What the operator said. Absent: the loopback names. */
interface Taken {
  readonly allowedHosts?: readonly string[] | undefined
  readonly allowedOrigins?: readonly string[] | undefined
  /** The listener's own public origin. */
  readonly publicUrl?: string | undefined
}

/**
 * Settles which `Host` and `Origin` values are taken. What is not given is the loopback names with
 * the listener's own port, so that a name which an attacker's DNS points here is refused.
 */
export function neighbours(
  { allowedHosts, allowedOrigins, publicUrl }: Taken,
  scheme: 'http' | 'https',
  port: number,
): Neighbours {
  const loopback = LOOPBACK_NAMES.map((name) =>
    isDefault(scheme, port) ? name : `${name}:${port}`,
  )
  const own = publicUrl === undefined ? [] : [new URL(publicUrl)]
  const origins = allowedOrigins ?? loopback.map((name) => `${scheme}://${name}`)
  return {
    hosts: new Set([...(allowedHosts ?? loopback), ...own.map(({ host }) => host)].map(lower)),
    origins: new Set([...origins, ...own.map(({ origin }) => origin)].map(lower)),
  }
}

/**
 * Refuses a request that reached us under a foreign name or from a foreign page: DNS rebinding and
 * cross-site requests (2026-07-28, Streamable HTTP, "Security & Endpoint"). A missing `Origin` is
 * not a browser's; a missing `Host` is nobody's.
 *
 * @throws GatewayError `host_refused`, `origin_refused`.
 */
export function checkNeighbour(
  known: Neighbours,
  host: string | undefined,
  origin: string | undefined,
): void {
  if (host === undefined || !known.hosts.has(lower(host)))
    throw new GatewayError('host_refused', 'this host name is not served here')
  if (origin !== undefined && !known.origins.has(lower(origin)))
    throw new GatewayError('origin_refused', 'requests from this origin are not taken')
}

function isDefault(scheme: 'http' | 'https', port: number): boolean {
  return port === (scheme === 'http' ? 80 : 443)
}

function lower(text: string): string {
  return text.toLowerCase()
}
