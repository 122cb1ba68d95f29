import type { EventName, SecurityEvent } from './event.ts'
import type { JsonObject } from './json.ts'

/** What others can be told of, by outgoing webhooks. */
export const NOTICES = [
  'approval.requested',
  'approval.voted',
  'approval.decided',
  'alert.session_misused',
  'alert.refresh_reused',
  'alert.code_replayed',
  'alert.approvals_flooded',
  'alert.canary',
  'alert.content',
  'alert.drift',
  'alert.denials',
  'alert.verification_failed',
] as const
export type Notice = (typeof NOTICES)[number]

/** Something that somebody should look at. Holds ids and digests, never a secret. */
export interface Alert {
  readonly notice: Extract<Notice, `alert.${string}`>
  /** `user:id` or `agent:id`; absent when nobody is known. */
  readonly subject?: string
  /** The OAuth client. */
  readonly client?: string
  /** What was acted on. */
  readonly target?: string
  readonly detail?: JsonObject
}

/** Events that somebody should look at. */
const ALERTING: Readonly<Partial<Record<EventName, Alert['notice']>>> = {
  'session.misused': 'alert.session_misused',
  'refresh.reused': 'alert.refresh_reused',
  'code.replayed': 'alert.code_replayed',
  'approval.flooded': 'alert.approvals_flooded',
  'canary.sighted': 'alert.canary',
  'content.flagged': 'alert.content',
  'definition.quarantined': 'alert.drift',
}

/** Which alert an event is, if it is one. */
export function alertOf({
  event,
  outcome,
  detail,
}: Pick<SecurityEvent, 'event' | 'outcome' | 'detail'>): Alert['notice'] | undefined {
  // What a server shows first has not changed; and of what was not kept, the next look tells.
  if (event === 'definition.quarantined' && (detail?.['cause'] === 'first' || outcome !== 'done'))
    return undefined
  // What no screen wants told is on record only.
  if (event === 'content.flagged' && detail?.['alert'] !== true) return undefined
  return ALERTING[event]
}
