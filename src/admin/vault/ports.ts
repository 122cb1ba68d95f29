import type { CredentialKind } from '../../kernel/credential.ts'
import type { ConnectionDesk, SecretDesk, SecretName } from '../../kernel/vault.ts'

/** A server's use of a secret, as it is configured. */
export interface Dependant {
  readonly server: string
  /** Where it goes: `header Authorization`, `variable TOKEN`, `authorization.client.secret`. */
  readonly goes: string
  /** Such as `secret://vault/NAME`. */
  readonly reference: string
}

/** How a server is shown who a request is for, as it is configured. */
export interface ServerCredential {
  readonly server: string
  readonly kind: CredentialKind
  /** Whether all who use the server use the same credential. */
  readonly shared: boolean
  /** Whether a person has to connect, or may have to once the server asks. */
  readonly connects: boolean
}

/** Credentials for servers. */
export interface Vault {
  readonly secrets: SecretDesk
  readonly connections: ConnectionDesk
  /** The servers, by name. */
  servers(): readonly ServerCredential[]
  /** What would be without it if the secret were gone. */
  dependants(of: SecretName): readonly Dependant[]
  /** What authorization servers may know of us (OAuth Client ID Metadata Document). */
  clientDocument(): object
  /** The public keys by which they know us (RFC 7517). */
  clientKeys(): Promise<object>
}
