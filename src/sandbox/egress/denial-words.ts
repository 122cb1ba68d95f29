import { isIP, isIPv6 } from 'node:net'
import { rangesOf } from '../../kernel/address-ranges.ts'
import { readName } from './host-name.ts'

/** Why something was refused: stable words, each with what it means. */
export const EGRESS_REASONS = {
  'host-not-listed': 'the host is not on the allowlist of this server',
  'port-not-listed': 'the host is on the allowlist of this server, but not with this port',
  'address-not-listed': 'an address is reached only if it is on the allowlist itself',
  'unknown-address': 'nothing is behind this address',
  'forbidden-range': 'the host leads to an address that is closed for this server',
  'not-tls': 'only TLS is allowed to this host',
  'not-http': 'only HTTP in clear text is allowed to this host',
  'hello-malformed': 'the TLS hello is malformed',
  'hello-late': 'the TLS hello did not come in time',
  'sni-missing': 'the TLS hello names no server (SNI)',
  'sni-mismatch': 'the TLS hello names another server (SNI) than was asked for',
  'encrypted-hello':
    'part of the TLS hello is encrypted (ECH), so that nobody can check which server it is for',
  'request-malformed': 'the request is malformed',
  'request-late': 'the request did not come in time',
  'host-mismatch': 'the Host header must be there once and name the host of the request',
  'upgrade-refused': 'a change of the protocol is not allowed',
  'too-many-connections': 'this server has too many connections open',
  'canary-in-clear': 'the text holds a decoy that must not leave',
  'secret-in-clear': 'the text holds a secret that would leave in clear',
} as const
export type EgressReason = keyof typeof EGRESS_REASONS

/** What was refused. */
export interface EgressDenial {
  readonly layer: 'net' | 'dns'
  readonly op: 'connect' | 'request' | 'resolve'
  /** Empty: not known. */
  readonly host: string
  readonly port?: number | undefined
  readonly reason: EgressReason
}

/** Endings of names that mean something on one network alone (RFC 6762, RFC 6761, RFC 8375 and habit). */
const LOCAL = /\.(?:local|localhost|internal|intranet|private|lan|home|corp|arpa|onion|invalid)$/
const BY_SETTING: ReadonlySet<EgressReason> = new Set([
  'encrypted-hello',
  'host-not-listed',
  'port-not-listed',
  'address-not-listed',
])

/**
 * The setting that would allow it. Undefined where none safely would: for what is not on the public
 * internet, and for all that is refused whatever is set.
 */
export function suggestionFor(server: string, denial: EgressDenial): string | undefined {
  const { host, port = 443, reason } = denial
  if (!BY_SETTING.has(reason) || !isPublic(host)) return undefined
  const named = isIPv6(host) ? `'${host}'` : host
  const more = reason === 'encrypted-hello' ? ', encryptedHello: true' : protoText(port)
  return `servers.${server}.sandbox.network.allow: { host: ${named}, ports: [${port}]${more} }`
}

function protoText(port: number): string {
  return port === 80 ? ', proto: http' : ''
}

function isPublic(host: string): boolean {
  if (isIP(host) !== 0) return rangesOf(host)?.join() === 'public'
  return readName(host) === host && host.includes('.') && !LOCAL.test(host)
}

/** `host:port` with what of it is known, and nothing that could be taken for another line or field. */
export function targetText({ host, port }: Pick<EgressDenial, 'host' | 'port'>): string {
  const safe = host.replace(/[^a-z0-9._:()-]/gi, '?').slice(0, 255)
  const name = isIPv6(safe) && port !== undefined ? `[${safe}]` : safe || '(unknown)'
  return port === undefined ? name : `${name}:${port}`
}

/** The name without what could be a message in it. */
export function maskedName(host: string): string {
  return ['(withheld)', ...host.split('.').slice(1).slice(-2)].join('.')
}
