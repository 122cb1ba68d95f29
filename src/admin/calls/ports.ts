import type { EventName, SecurityEvent, Witness } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'

/** A record in the chain, as stored. Times are milliseconds since the epoch. */
export interface EvidenceRow {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly call: string
  readonly server: string
  /** Of an event, its name. */
  readonly target: string
  readonly outcome: string | null
  readonly subject: string | null
  readonly client: string | null
  readonly grant: string | null
  /** Undefined when it is not the JSON that was written. */
  readonly body: JsonObject | undefined
  readonly hash: string
}

/** A call by its records. No intent: it never left. No outcome: it runs, or was cut off. */
export interface CallEvidence {
  readonly call: string
  readonly intent: EvidenceRow | undefined
  readonly outcome: EvidenceRow | undefined
}

export const OUTCOMES = [
  'answered',
  'asked',
  'tool_error',
  'denied',
  'failed',
  'cancelled',
] as const
/** How decisions come out. `observed`: permitted, but a policy that only observes would have denied. */
export const VERDICTS = ['permit', 'observed', 'ask', 'deny'] as const
export type Verdict = (typeof VERDICTS)[number]

interface Part {
  readonly since?: number
  readonly before?: number
  readonly limit?: number
  readonly cursor?: string
}

export interface CallSearch extends Part {
  readonly server?: string
  readonly target?: string
  readonly outcome?: (typeof OUTCOMES)[number]
  readonly subject?: string
  readonly client?: string
  readonly grant?: string
  readonly verdict?: Verdict
  readonly policy?: string
  readonly text?: string
}

export interface EventSearch extends Part {
  readonly event?: EventName
  readonly outcome?: SecurityEvent['outcome']
  readonly subject?: string
  readonly client?: string
}

/** What the chain is at this moment, without looking at all of it. */
export interface ChainStatus {
  readonly seq: number
  readonly hash: string
  /** Of the first and the last record; absent where there is none. */
  readonly first?: number
  readonly last?: number
  /** The head that is kept outside the database. */
  readonly kept: { readonly seq: number; readonly hash: string } | undefined
}

/** A look at the whole chain, under way or done. */
export interface ChainCheck {
  readonly id: string
  readonly state: 'running' | 'good' | 'bad' | 'failed'
  readonly started: number
  readonly ended?: number
  /** Records that were looked at so far, of so many when it began. */
  readonly done: number
  readonly of: number
  readonly fault?: { readonly kind: string; readonly seq: number; readonly message: string }
  /** Calls without an end on record. */
  readonly open?: number
}

/** The records. All reject with GatewayError `params_invalid` for a cursor that is not of the list. */
export interface Evidence {
  search(query: CallSearch): Promise<{
    readonly calls: readonly CallEvidence[]
    readonly next: string | undefined
    readonly searchedTo: number | undefined
  }>
  call(id: string): Promise<CallEvidence | undefined>
  events(
    query: EventSearch,
  ): Promise<{ readonly events: readonly EvidenceRow[]; readonly next: string | undefined }>
  event(id: string): Promise<EvidenceRow | undefined>
  /** Records after a place in the chain, oldest first. */
  after(seq: number, limit: number): Promise<readonly EvidenceRow[]>
  /** The part of the chain that was recorded in a time: after `start`, up to `end`. */
  places(since: number, before: number): Promise<{ readonly start: number; readonly end: number }>
  status(): Promise<ChainStatus>
  /** Begins to look at the whole chain, or says which look is under way. */
  check(): ChainCheck
  /** The look that is under way, or the last one. */
  checked(): ChainCheck | undefined
  /** Writes events; each is durable before it resolves. */
  readonly witness: Witness
}
