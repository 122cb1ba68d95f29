import type { ApprovalNews } from '../../kernel/approval-desk.ts'
import type { JsonObject } from '../../kernel/json.ts'

/**
 * Something that happened, for pages that are open. What `data` holds may be seen by whoever may `look`
 * (of an event: by whoever may read identities), so it never holds what a call carried.
 */
export type LiveNews =
  | {
      readonly kind: 'call' | 'event' | 'server' | 'posture'
      /** Of the call, the record, the server. */
      readonly id: string
      readonly data: JsonObject
    }
  | { readonly kind: 'approval'; readonly id: string; readonly data: ApprovalNews }

/** Where news come from. */
export interface LiveSource {
  /** Tells of each from now on. Returns what ends that. A listener does not throw. */
  subscribe(listener: (news: LiveNews) => void): () => void
}
