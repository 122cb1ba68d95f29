import type { Brand } from './brand.ts'
import { type Subject, subjectName } from './subject.ts'

/** A token that somebody showed this gateway. There is no way to make one of the other kind of it. */
export type InboundToken = Brand<string, 'InboundToken'>

/** What proves to a server, or to its authorization server, who we are. Never reaches a client. */
export type UpstreamToken = Brand<string, 'UpstreamToken'>

/** Names a text for what it is. A token that somebody showed us is refused by the compiler: it becomes none. */
export function upstreamToken<Text extends string>(
  text: Text extends InboundToken ? never : Text,
): UpstreamToken {
  return text as string as UpstreamToken
}

/** Whose credential it is: of all who use the server, or of one subject, by its name (`user:ann`). */
export type CredentialOwner = 'shared' | `user:${string}` | `agent:${string}`

/** The owner that a subject is. */
export function ownerOf(subject: Pick<Subject, 'kind' | 'id'>): CredentialOwner {
  return subjectName(subject) as CredentialOwner
}

/** Which credential a watched value is of. Never the value. */
export interface CredentialAbout {
  readonly owner: CredentialOwner
  /** The server that it is for or, for a secret, `secret:NAME`. */
  readonly server: string
}

/** A request to a server, before it is sent. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: string
}

/** A server's refusal of a request: 401 or 403 (RFC 9110 section 15.5, RFC 6750 section 3). */
export interface UpstreamRefusal extends OutgoingRequest {
  readonly status: 401 | 403
  /** Values of `WWW-Authenticate`, as they came. */
  readonly challenges: readonly string[]
  /** The server's next nonce for proofs (RFC 9449 section 9). */
  readonly nonce?: string
  /** Headers that this had given to the request: names and values in turn. */
  readonly sent: readonly string[]
  /** How often the same request was refused before. */
  readonly attempts: number
}

/** What one principal shows to one server. Asked anew for every request, so that nothing outlives its time. */
export interface RequestAuthorizer {
  /**
   * Headers that this may give besides `Authorization` and `DPoP`: those that the operator named for it,
   * in lower case. No others are sent.
   */
  readonly names?: readonly string[]
  /**
   * Headers of one request: names and values in turn. Answers at once while all is at hand.
   *
   * @throws GatewayError `connection_required` when the person has to connect first,
   *   `credential_unavailable` when a credential cannot be read or had.
   */
  headers(request: OutgoingRequest): readonly string[] | Promise<readonly string[]>
  /**
   * Hears that the server refused. True when the same request may be sent once more, with new headers.
   *
   * @throws GatewayError as `headers`.
   */
  refused(refusal: UpstreamRefusal): Promise<boolean>
  /** Hears of a nonce that came with an answer that was no refusal (RFC 9449 section 8.2). */
  heard?(nonce: string): void
}

/** How a server's credentials come about, as policies and people are told. */
export const CREDENTIAL_KINDS = [
  /** The server is shown nothing. */
  'none',
  /** A secret that stays the same until somebody changes it. */
  'static',
  /** A person consented at the server's authorization server. */
  'authorization-code',
  'client-credentials',
  'token-exchange',
  'identity-assertion',
] as const
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]

/** What a call would be made with. */
export interface CredentialFact {
  readonly kind: CredentialKind
  /** Whether others use the same credential. */
  readonly shared: boolean
}
