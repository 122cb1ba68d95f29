import type { Brand } from './brand.ts'

/** The id of a user or a machine identity, unique within a deployment. */
export type SubjectId = Brand<string, 'SubjectId'>

/** Who a call is for. `via` says how that was established; nothing else may establish it. */
export interface Subject {
  readonly kind: 'user' | 'agent'
  readonly id: SubjectId
  readonly via: 'owner-token'
  /** Who acts, when that is someone else (RFC 8693 `act`), outermost first. */
  readonly actors: readonly SubjectId[]
}

/** What a client says of itself. A claim: shown in records, never a reason to permit. */
export interface ClientClaims {
  readonly name: string
  readonly version: string
}

/** The subject and all who act for it, as one key: what belongs to one such key is no other's. */
export function principalOf({ kind, id, actors }: Subject): string {
  return JSON.stringify([kind, id, ...actors])
}
