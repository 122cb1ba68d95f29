import type { CredentialKind, CredentialOwner } from '../../kernel/credential.ts'
import type { Subject } from '../../kernel/subject.ts'

/**
 * Reads a secret when it is needed, for the owner whose credential it helps to get.
 *
 * @throws GatewayError `credential_unavailable`.
 */
export type ReadSecret = (owner: CredentialOwner) => Promise<string>

/** How the gateway proves who it is at an authorization server (RFC 7591 section 2, RFC 7523). */
export type ClientMethod = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

/** A client that the operator registered. */
export interface KnownClient {
  readonly id: string
  readonly secret?: ReadSecret
  /** PEM (PKCS #8) or JWK. */
  readonly key?: ReadSecret
  /** By default what goes with a secret, a key, or neither. */
  readonly method?: ClientMethod
}

/** How tokens for one server are had. */
export interface BrokerSettings {
  /** `none`: the server is shown nothing, whatever it asks for. */
  readonly kind: Exclude<CredentialKind, 'static'>
  /** Whose they are: each subject its own, or one for all. */
  readonly holder: 'user' | 'shared'
  /** The only authorization server that counts. */
  readonly issuer?: string
  readonly scopes?: readonly string[]
  readonly client?: KnownClient
  readonly dpop: 'auto' | 'required' | 'off'
  /** What is exchanged; by default `mint` makes it. */
  readonly subjectToken?: ReadSecret
  readonly subjectTokenType?: string
  readonly audience?: string
  readonly identityProvider?: {
    readonly issuer: string
    readonly tokenEndpoint?: string
    readonly client?: KnownClient
  }
  readonly allowWithoutPkce: boolean
}

/** A remote server that the gateway may have to show tokens. */
export interface BrokerServer {
  /** Where it is reached. */
  readonly url: string
  /**
   * Absent: the operator said nothing. Then nothing is shown until the server asks, and then each
   * user connects.
   */
  readonly settings?: BrokerSettings
}

/** A token of this gateway about a subject, for who exchanges it (RFC 8693 section 2.1). */
export type MintToken = (subject: Subject, audience: string) => Promise<string>

/** What counts where the operator said nothing. */
export const DEFAULT_SETTINGS: BrokerSettings = {
  kind: 'authorization-code',
  holder: 'user',
  dpop: 'auto',
  allowWithoutPkce: false,
}
