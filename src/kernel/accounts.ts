import type { JsonObject } from './json.ts'
import type { SubjectId } from './subject.ts'

export type AccountStatus = 'active' | 'disabled'

/** A person. The id is chosen once, or `provider|sub` for people of a corporate provider. */
export interface User {
  readonly id: SubjectId
  /** What to call them; for display alone. */
  readonly name: string
  readonly status: AccountStatus
  readonly groups: readonly string[]
  /** The corporate provider that knows them; absent for people of the built-in store. */
  readonly provider?: string
  /** Milliseconds since the epoch. */
  readonly created: number
  /** When they last logged in or their tokens were last used; absent: never. */
  readonly seen?: number
}

/** Tokens of another platform by which an agent proves who it is (workload identity federation). */
export interface WorkloadTrust {
  readonly issuer: string
  /** The exact `sub` that the platform gives the workload. */
  readonly subject: string
  /** The exact `aud` that its tokens name. */
  readonly audience: string
}

/** A machine identity: a program that acts for itself or for people. */
export interface Agent {
  readonly id: SubjectId
  readonly name: string
  /** Who answers for it. */
  readonly owner: SubjectId
  /** What it is for, in the owner's words. */
  readonly purpose: string
  readonly status: AccountStatus
  readonly groups: readonly string[]
  /** The most that it may ever be granted. */
  readonly scopes: readonly string[]
  /** Whether it may act for users by exchanging their tokens. */
  readonly mayActForUsers: boolean
  /** Its public keys (RFC 7517), newest last; several while it rotates. */
  readonly keys: readonly JsonObject[]
  readonly workloads: readonly WorkloadTrust[]
  readonly created: number
  readonly seen?: number
  /** From when on it is refused, milliseconds since the epoch; absent: never. */
  readonly expires?: number
}

/** Looks subjects up. */
export interface Principals {
  user(id: SubjectId): Promise<User | undefined>
  agent(id: SubjectId): Promise<Agent | undefined>
  /** Notes that a subject is in use; at most one write a minute each. */
  seen(kind: 'user' | 'agent', id: SubjectId): void
}

/** How a login ended. The reason for a refusal is for the record, never for the person. */
export type LoginResult =
  | {
      readonly user: User
      /** RFC 8176 values: `pwd`, `hwk`, `user`, `fed`, `otp` for a recovery code. */
      readonly methods: readonly string[]
    }
  | { readonly refused: 'wrong' | 'disabled' | 'not-allowed' }
  /** Too many attempts; milliseconds until the next may be made. */
  | { readonly refused: 'throttled'; readonly retryAfter: number }

/** What a one-time link is for. */
export type LinkPurpose = 'setup' | 'invite' | 'reset'

export interface OneTimeLink {
  readonly purpose: LinkPurpose
  readonly user: User
}

/** How people of the built-in store, and of providers, prove who they are. */
export interface Accounts extends Principals {
  /** @param from the address of the client, for throttling. Takes as long for unknown names. */
  checkPassword(login: string, password: string, from: string): Promise<LoginResult>
  checkRecoveryCode(login: string, code: string, from: string): Promise<LoginResult>
  /** `PublicKeyCredentialRequestOptionsJSON` for a discoverable passkey; keep its `challenge`. */
  passkeyLogin(): Promise<JsonObject>
  /** @param challenge the one that was kept, usable once. */
  checkPasskey(response: JsonObject, challenge: string, from: string): Promise<LoginResult>
  /** The user of a provider's subject, made or updated as the provider's settings allow. */
  federate(login: FederatedLogin): Promise<LoginResult>
  /** Looks at a link without using it up; undefined if it is unknown, used or over. */
  openLink(secret: string): Promise<OneTimeLink | undefined>
  /**
   * Uses a link up and sets the first password, in one step. Undefined if somebody else was first.
   *
   * @returns the user and new recovery codes, which are shown once.
   * @throws GatewayError `params_invalid` for a password that is too weak; the link stays good.
   */
  redeemLink(
    secret: string,
    choice: { readonly name: string; readonly password: string },
  ): Promise<{ readonly user: User; readonly recoveryCodes: readonly string[] } | undefined>
  /** `PublicKeyCredentialCreationOptionsJSON` for one more passkey; keep its `challenge`. */
  passkeyRegistration(user: SubjectId): Promise<JsonObject>
  /** @throws GatewayError `params_invalid` for a response that does not verify. */
  addPasskey(user: SubjectId, response: JsonObject, challenge: string, label: string): Promise<void>
}

/** Who logged in at a corporate provider, after everything about its answer was verified. */
export interface FederatedLogin {
  readonly provider: string
  /** The provider's `sub`: never an address, which can be given to somebody else. */
  readonly subject: string
  readonly name: string
  /** Groups of ours that the provider's groups map to. */
  readonly groups: readonly string[]
  /** Whether a user who is not known yet may be made. */
  readonly create: boolean
}
