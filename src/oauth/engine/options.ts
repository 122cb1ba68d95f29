import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principals } from '../../kernel/accounts.ts'
import type { Revocation } from '../../kernel/authentication.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Once } from '../../kernel/once.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import { storedOnce } from '../../store/once.ts'
import type { Store } from '../../store/store.ts'
import type { Resources } from '../parts.ts'
import type { AgentClients, ClientSource, MachineGrant } from './ports.ts'

/** Milliseconds. */
export interface Lifetimes {
  readonly code: number
  readonly interaction: number
  /** Of access tokens. */
  readonly access: number
  /** Of access tokens for `/admin`. */
  readonly admin: number
  /** A refresh token that is not used for this long is over. */
  readonly refresh: number
  /** A grant is over after this, however often it is used. */
  readonly grant: number
  readonly session: number
  /** Consent is remembered this long. */
  readonly consent: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export const DEFAULT_LIFETIMES: Lifetimes = {
  code: 30_000,
  interaction: 10 * MINUTE,
  access: 5 * MINUTE,
  admin: 2 * MINUTE,
  refresh: 14 * DAY,
  grant: 90 * DAY,
  session: 8 * 60 * MINUTE,
  consent: 90 * DAY,
}

/** Milliseconds: when signing keys change. */
export interface KeyPolicy {
  /** Age at which an active key is followed by a new one. */
  readonly rotateAfter: number
  /** How long a key is published before it signs: everybody who verifies has seen it by then. */
  readonly publishFor: number
  /** How long a retired key stays published: longer than any token that it signed. */
  readonly drainFor: number
  /** How often the database is asked for changes of other replicas. */
  readonly pollEvery: number
}

export const DEFAULT_KEY_POLICY: KeyPolicy = {
  rotateAfter: 90 * DAY,
  publishFor: 10 * MINUTE,
  drainFor: 30 * MINUTE,
  pollEvery: 3_000,
}

/** What a person is told when a request cannot be answered and must not go back to its client. */
export interface Problem {
  readonly status: number
  /** RFC code, such as `invalid_request`. */
  readonly code: string
  /** Words of ours. */
  readonly message: string | undefined
  /** Finds the log line of a failure of ours. */
  readonly requestId: string
}

/** Answers a browser with a page. */
export type ShowProblem = (
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
) => void | Promise<void>

export interface AuthorizationServerOptions {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  readonly witness: Witness
  /** 32 bytes, the same on all replicas. Whoever has it and the database can open what is sealed. */
  readonly sealKey: Uint8Array
  /**
   * Whether the key above was made just now and no other process can have the one before: then signing
   * keys that it does not open are replaced. Otherwise they are an error.
   */
  readonly sealKeyIsNew?: boolean
  /** The issuer: scheme and authority, such as `https://gateway.example`. */
  readonly publicOrigin: string
  readonly resources: Resources
  readonly clients: ClientSource
  readonly agents?: AgentClients
  readonly principals: Principals
  readonly machineGrants?: readonly MachineGrant[]
  /** Remembers nonces; kept in the store if not given. */
  readonly once?: Once
  /** The address of the client, for throttling and records; that of the connection if not given. */
  readonly addressOf?: (request: IncomingMessage) => string
  /** Plain text if not given. */
  readonly showProblem?: ShowProblem
  readonly lifetimes?: Partial<Lifetimes>
  readonly keyPolicy?: Partial<KeyPolicy>
  /**
   * Milliseconds in which a refresh token that was just replaced still yields its successor, for
   * clients that refresh in parallel; 0 for never. See `docs/decisions/0006-refresh-in-parallel.md`.
   */
  readonly refreshGrace?: number
  /** Whether every DPoP proof needs a nonce of ours (RFC 9449 section 8); if not given: no. */
  readonly requireDpopNonce?: boolean
  /** Told at once, after the commit, of what this process revoked. */
  readonly onRevoked?: (changes: readonly Revocation[]) => void
  /** For failures that are not a client's fault. Never given a secret. */
  readonly log: (line: string) => void
}

/** The options with every default filled in. */
export interface Settings extends AuthorizationServerOptions {
  readonly lifetimes: Lifetimes
  readonly keyPolicy: KeyPolicy
  readonly refreshGrace: number
  readonly once: Once
  readonly showProblem: ShowProblem
  readonly addressOf: (request: IncomingMessage) => string
}

/** @throws TypeError for an origin that is more than one, or a key of another length. */
export function settingsOf(options: AuthorizationServerOptions): Settings {
  const { publicOrigin, sealKey } = options
  if (!URL.canParse(publicOrigin) || new URL(publicOrigin).origin !== publicOrigin)
    throw new TypeError(`\`${publicOrigin}\` is not an origin`)
  if (sealKey.length !== 32) throw new TypeError('the sealing key must have 32 bytes')
  return {
    ...options,
    lifetimes: { ...DEFAULT_LIFETIMES, ...options.lifetimes },
    keyPolicy: { ...DEFAULT_KEY_POLICY, ...options.keyPolicy },
    refreshGrace: options.refreshGrace ?? 10_000,
    once: options.once ?? storedOnce(options.store, options.clock),
    showProblem: options.showProblem ?? plainProblem,
    addressOf: options.addressOf ?? ((request) => request.socket.remoteAddress ?? ''),
  }
}

function plainProblem(
  _: IncomingMessage,
  response: ServerResponse,
  { status, code, message, requestId }: Problem,
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, ['content-type', 'text/plain; charset=utf-8'])
  response.end(`${code}${message === undefined ? '' : `: ${message}`}\n${requestId}\n`)
}
