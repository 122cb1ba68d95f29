import type { CanarySighting } from '../../kernel/canary.ts'
import type { ContentAnalysis, ContentFinding } from '../../kernel/content.ts'
import type { Json } from '../../kernel/json.ts'

/** Looks into messages, and takes out of them what was found. */
export interface Screening extends ContentAnalysis {
  /** The value with placeholders where the findings are, the same for the same value. Nothing else changes. */
  redact(
    value: Json,
    findings: readonly ContentFinding[],
    options: {
      /** Whether a value may stand where this one stood. */
      readonly fits?: (candidate: Json) => boolean
    },
  ): {
    readonly value: Json
    /** Pointers to what could not be taken out. */
    readonly unredactable: readonly string[]
  }
}

/** What else a gateway can do about findings. All are awaited before a message goes on. */
export interface Reactions {
  /** Told of each planted decoy that turned up. A failure keeps the message back. */
  readonly onSighting?: (sighting: CanarySighting) => Promise<void>
  /** Ends a grant at once, where a screen says `stop`. */
  readonly endGrant?: (grant: StoppedGrant) => Promise<void>
}

/** Whose grant ends, and because of which call. */
export interface StoppedGrant {
  readonly grant: string
  /** `user:id` or `agent:id`. */
  readonly subject: string
  readonly client: string
  readonly call: string
  /** The screens that said so. */
  readonly screens: readonly string[]
}

/** Which message of a call something stands in. */
export type Part = 'arguments' | 'result' | 'error' | 'question' | 'answer' | 'notification'
