import type { JsonObject } from './json.ts'

/** What happens besides calls and is kept as evidence: one name per kind of event. */
export const EVENTS = [
  'owner.invited',
  'user.created',
  'user.changed',
  'user.disabled',
  'user.enabled',
  'credential.added',
  'credential.removed',
  'login.succeeded',
  'login.failed',
  'login.ended',
  'agent.created',
  'agent.changed',
  'agent.disabled',
  'agent.enabled',
  'client.registered',
  'client.changed',
  'client.disabled',
  'client.enabled',
  'client.refused',
  'client.removed',
  'consent.given',
  'consent.declined',
  'consent.withdrawn',
  'grant.issued',
  'grant.refreshed',
  'grant.revoked',
  'code.replayed',
  'refresh.reused',
  'token.issued',
  'token.refused',
  'scope.raised',
  'session.misused',
  'key.rotated',
  'key.retired',
  'provider.changed',
  'approval.requested',
  'approval.voted',
  'approval.granted',
  'approval.declined',
  'approval.expired',
  'approval.withdrawn',
  'approval.used',
  'approval.void',
  'approval.refused',
  'approval.flooded',
  'pattern.granted',
  'pattern.revoked',
  'webhook.delivered',
  'webhook.failed',
  'record.revealed',
  'record.exported',
  'policy.saved',
  'policy.activated',
  'tool.classified',
  'session.ended',
  'definition.pinned',
  'definition.quarantined',
  'definition.approved',
  'definition.rejected',
  'finding.accepted',
  'finding.reopened',
  'content.flagged',
  'content.released',
  'canary.planted',
  'canary.retired',
  'canary.sighted',
  'flow.ended',
  'flow.endorsed',
  'flow.forgotten',
  'sandbox.denied',
  'sandbox.refused',
  'sandbox.ended',
  'package.installed',
  'package.changed',
  'package.approved',
  'package.rejected',
  'package.refused',
  'secret.stored',
  'secret.rotated',
  'secret.removed',
  'secret.exposed',
  'secret.refused',
  'connection.opened',
  'connection.refreshed',
  'connection.lost',
  'connection.closed',
  'connection.refused',
  'vault.opened',
  'vault.rotated',
  'vault.refused',
  'passthrough.refused',
] as const
export type EventName = (typeof EVENTS)[number]

/** One event. Holds ids and digests, never a secret. */
export interface SecurityEvent {
  readonly event: EventName
  readonly outcome: 'done' | 'refused'
  /** `user:id` or `agent:id` of whom it is about; absent when nobody is known. */
  readonly subject?: string
  /** The OAuth client. */
  readonly client?: string
  /** What was acted on: a grant, a credential, a key. */
  readonly target?: string
  readonly detail?: JsonObject
  /** Who did it, when somebody did it to others; absent for what people and programs do themselves. */
  readonly by?: Actor
}

/** Who administers, and by what right. */
export interface Actor {
  /** `user:id`. */
  readonly subject: string
  /** The OAuth client that they used. */
  readonly client: string
  readonly grant: string
}

/** Resolves when the event is durable; rejects with `audit_unavailable`. */
export type Witness = (event: SecurityEvent) => Promise<void>

/** A witness of what one person does: each event says who. */
export function witnessBy(witness: Witness, by: Actor): Witness {
  return (event) => witness({ ...event, by })
}
