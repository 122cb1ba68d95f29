import type { Actor } from './event.ts'
import type { Finding } from './finding.ts'
import type { PinVersion } from './pins.ts'

/** `accepted`: somebody lives with it for a while. `expired`: that while is over, so it is open again. */
export const FINDING_STATES = ['open', 'accepted', 'expired'] as const
export type FindingState = (typeof FINDING_STATES)[number]

/** For how long a finding can be accepted: a year, in milliseconds. */
export const LONGEST_ACCEPTANCE = 366 * 86_400_000

/** Who accepted a finding, why, and until when. Times are milliseconds since the epoch. */
export interface Acceptance {
  readonly reason: string
  readonly by: string
  readonly at: number
  readonly expires: number
}

/** A finding in a definition, and what people made of it. */
export interface TriagedFinding
  extends Pick<PinVersion, 'server' | 'kind' | 'name' | 'digest' | 'status' | 'listed'> {
  /** Names the finding and the text that it is about: in another text it is another finding. */
  readonly fingerprint: string
  readonly finding: Finding
  readonly state: FindingState
  /** The last one; absent for what nobody accepted, or what was reopened. */
  readonly acceptance?: Acceptance
}

/** How people live with findings. Every decision is witnessed before it counts. */
export interface FindingDesk {
  /** Findings in definitions that wait or count, the worst first. */
  list(filter: {
    readonly server?: string
    readonly state?: FindingState
  }): Promise<readonly TriagedFinding[]>
  /** Findings of one definition, in the order of its judgement. */
  of(version: PinVersion): Promise<readonly TriagedFinding[]>
  /**
   * Accepts a finding until a moment: it is listed, but no longer counts.
   *
   * @throws GatewayError `item_unknown`; `params_invalid` for a moment that has passed, or is further away
   *   than `LONGEST_ACCEPTANCE`; as the witness, and then nothing has changed.
   */
  accept(
    by: Actor,
    fingerprint: string,
    terms: { readonly reason: string; readonly expires: number },
  ): Promise<TriagedFinding>
  /** Takes an acceptance back. @throws GatewayError `item_unknown` where there is none; as the witness. */
  reopen(by: Actor, fingerprint: string, reason: string): Promise<TriagedFinding>
}
