import type { GatewayError } from './errors.ts'
import type { Authorization, Subject } from './subject.ts'

/** What a request shows of its sender. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** The `DPoP` header (RFC 9449 section 4.1). */
  readonly dpop: string | undefined
  readonly method: string
  /** Scheme and authority under which the request came, such as `https://gateway.example`. */
  readonly origin: string
  /** The path of the resource, without a query. */
  readonly path: string
  /** The path of the request where it lies below that of the resource: proofs are about it. */
  readonly target?: string
}

/** Who sends a request. */
export interface Authenticated {
  readonly subject: Subject
  readonly authorization: Authorization
  /** Names and values in turn of headers that the answer owes the sender, such as `dpop-nonce`. */
  readonly headers?: readonly string[]
}

/** Who sends a request, and by what right. */
export type Sender = Pick<Authenticated, 'subject' | 'authorization'>

/** The resource server's view of requests (OAuth 2.1 section 5). */
export interface Authenticator {
  /**
   * @throws GatewayError `token_missing`, `token_invalid`, `proof_invalid`, `proof_nonce`,
   *   `authorization_malformed` (RFC 6750 section 3.1 `invalid_request`);
   *   `store_unavailable` when it cannot be found out whether a token is still good.
   */
  authenticate(credentials: Credentials): Authenticated | Promise<Authenticated>
  /**
   * Names and values in turn of the headers that go with a refusal: how to do better (RFC 6750
   * section 3, RFC 9728 section 5.1, RFC 9449 sections 7.1 and 9). Empty for other errors.
   *
   * @param sender who is refused, where that is known.
   */
  challenge(
    error: GatewayError,
    credentials: Pick<Credentials, 'origin' | 'path'>,
    sender?: Sender,
  ): readonly string[]
}

/** What makes a request's authorization void before its time. */
export type RevokedKind = 'user' | 'agent' | 'client' | 'grant' | 'token'

/** One revocation. What was issued before `at` (milliseconds since the epoch) is void. */
export interface Revocation {
  readonly kind: RevokedKind
  readonly id: string
  readonly at: number
}

/** Whether a revocation ends what a subject opened with an authorization. */
export function isEnded(
  { kind, id }: Pick<Revocation, 'kind' | 'id'>,
  { subject, authorization }: Sender,
): boolean {
  switch (kind) {
    case 'grant':
      return authorization.grant === id
    case 'client':
      return authorization.client === id
    case 'user':
      return subject.kind === 'user' && subject.id === id
    case 'agent':
      return (
        (subject.kind === 'agent' && subject.id === id) ||
        subject.actors.some((actor) => actor === id)
      )
    case 'token':
      return false
  }
}
