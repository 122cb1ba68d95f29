import type { ClientTrust, EstablishedBy, SubjectId } from '../kernel/subject.ts'

/** What a token says, after its signature, its times and its form were found good. */
export interface VerifiedToken {
  readonly kind: 'user' | 'agent'
  readonly id: SubjectId
  readonly via: EstablishedBy
  /** Outermost first. */
  readonly actors: readonly SubjectId[]
  /** Groups that the token itself tells of. */
  readonly groups: readonly string[]
  readonly issuer: string
  readonly client: string
  readonly clientTrust: ClientTrust
  /** Empty when there is none. */
  readonly grant: string
  readonly scopes: readonly string[]
  readonly methods: readonly string[]
  /** The token's own id. */
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly issued: number
  readonly expires: number
  /** Thumbprint of the key that it is bound to (RFC 9449 section 6.1). */
  readonly thumbprint: string | undefined
  /** The only resource that it opens; undefined: `opens` says. */
  readonly audience: string | undefined
  /** Whether it opens the resource at a path. */
  readonly opens: (path: string) => boolean
  /** Whether it may come without a proof of possession. */
  readonly proof: 'optional' | 'required'
  /** Whether the directory must know whom it is for, or merely must not refuse them. */
  readonly known: 'required' | 'optional'
}
