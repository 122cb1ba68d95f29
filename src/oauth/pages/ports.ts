import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Accounts } from '../../kernel/accounts.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Once } from '../../kernel/once.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { ClientTrust, SubjectId } from '../../kernel/subject.ts'
import type { Interactions, Resources } from '../parts.ts'

/** Where a login at a corporate provider was begun, and so where it ends. */
export type FederationReturn =
  | { readonly provider: string; readonly uid: string }
  /** Outside any interaction; a path of ours. */
  | { readonly provider: string; readonly returnTo: string }

/** Logins at corporate providers. */
export interface FederationPort {
  readonly providers: readonly { readonly id: string; readonly name: string }[]
  /** Sends the browser to the provider; the way back is the port's own. */
  start(request: IncomingMessage, response: ServerResponse, to: FederationReturn): Promise<void>
}

/** What a person allowed a client. */
export interface GrantView {
  readonly id: string
  readonly client: { readonly name: string; readonly trust: ClientTrust; readonly host?: string }
  /** Address of the resource. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  readonly used?: number
  readonly expires: number
}

/** What a person allowed, and how they take it back. */
export interface MyGrants {
  /** Those in force, newest first. */
  list(user: SubjectId): Promise<readonly GrantView[]>
  /** False for one that is not the user's or is over. Witnessed. */
  revoke(user: SubjectId, grant: string): Promise<boolean>
}

/** A passkey as its owner knows it. */
export interface PasskeyView {
  readonly id: string
  readonly label: string
  readonly created: number
  readonly used?: number
}

/** How a person proves who they are, in their own hands. Witnessed. */
export interface MyCredentials {
  passkeys(user: SubjectId): Promise<readonly PasskeyView[]>
  /** False for one that is not the user's. */
  removePasskey(user: SubjectId, id: string): Promise<boolean>
  /** @throws GatewayError `params_invalid` for a password that is too weak. */
  setPassword(user: SubjectId, password: string): Promise<void>
}

/** How long things hold, as people are told. Milliseconds. */
export interface Lifetimes {
  /** Access of a client that may not stay. */
  readonly access: number
  /** The same, for the administration. */
  readonly admin: number
  /** A connection that nobody uses. */
  readonly refresh: number
  /** Any connection. */
  readonly grant: number
  /** A remembered consent. */
  readonly consent: number
}

/** What the pages are made of. */
export interface PagesParts {
  readonly interactions: Interactions
  readonly accounts: Accounts
  readonly resources: Resources
  readonly federation: FederationPort
  readonly grants: MyGrants
  readonly credentials: MyCredentials
  readonly witness: Witness
  readonly once: Once
  readonly clock: Clock
  readonly randomId: RandomId
  /** Scheme and authority, such as `https://gateway.example`. */
  readonly publicOrigin: string
  /** 32 bytes of the installation, the same on all replicas. */
  readonly sealKey: Uint8Array
  readonly productName: string
  readonly lifetimes: Lifetimes
  /** The address of the client, for throttling; that of the connection if not given. */
  readonly addressOf?: (request: IncomingMessage) => string
  /** A failure that nobody planned, for the log. */
  readonly report: (error: unknown, requestId: string) => void
}
