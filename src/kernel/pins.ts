import type { Actor } from './event.ts'
import type { Finding, Severity } from './finding.ts'
import type { Digest } from './hash.ts'
import type { Json } from './json.ts'

/** Everything of a server that a model can see. The last two are single: their name is empty. */
export const PIN_KINDS = [
  'tools',
  'prompts',
  'resources',
  'resourceTemplates',
  'instructions',
  'serverInfo',
] as const
export type PinKind = (typeof PIN_KINDS)[number]

/**
 * `approved`: listed and callable. `quarantined`: seen and not decided on: neither. `rejected`: decided
 * against. `superseded`: was approved, or waited and went, until another definition of the same name was
 * approved.
 */
export const PIN_STATUSES = ['approved', 'quarantined', 'rejected', 'superseded'] as const
export type PinStatus = (typeof PIN_STATUSES)[number]

/**
 * What happens to definitions that are seen when nothing of their server's list was pinned before. `trust`:
 * approved. `clean`: approved unless an analysis finds them poisoned. `quarantine`: wait for a human.
 * What comes, changes or is renamed later always waits.
 */
export const FIRST_SIGHT = ['trust', 'clean', 'quarantine'] as const
export type FirstSight = (typeof FIRST_SIGHT)[number]

/** A definition as its server lists it now. */
export interface SeenDefinition {
  readonly kind: PinKind
  readonly name: string
  /** SHA-256 over the canonical JSON (RFC 8785) of all of it, and over what that does not hold of it. */
  readonly digest: Digest
  readonly definition: Json
}

/** What an analysis says of a definition. */
export interface DefinitionJudgement {
  readonly findings: readonly Finding[]
  readonly verdict: 'clean' | 'review' | 'poisoned'
}

/** Judges definitions that were never seen before. Total; may take its time. */
export type JudgeDefinition = (
  server: string,
  seen: SeenDefinition,
) => DefinitionJudgement | Promise<DefinitionJudgement>

/** Decides whether a definition may be shown and used: one stored status for both. */
export interface PinBook {
  /**
   * Takes note of what a server lists. Nothing of it may be shown before this is done; undefined when it
   * is, because all of it was known.
   *
   * @param complete whether it is the whole list of its kind: what is missing is noted as gone
   * @throws GatewayError `store_unavailable` when what is new cannot be kept; as the witness.
   */
  see(
    server: string,
    kind: PinKind,
    seen: readonly SeenDefinition[],
    complete: boolean,
  ): Promise<void> | undefined
  /** What counts now in this process; `quarantined` for what was never seen. */
  status(server: string, kind: PinKind, name: string, digest: Digest): PinStatus
}

/** One definition that was seen, and what became of it. */
export interface PinVersion {
  readonly server: string
  readonly kind: PinKind
  readonly name: string
  readonly digest: Digest
  readonly definition: Json
  readonly status: PinStatus
  /** Whether its server listed it when it was last looked at. */
  readonly listed: boolean
  /** Why it waits: seen first, added later, changed, or back after it was replaced. */
  readonly cause: 'first' | 'added' | 'changed' | 'returned'
  /** What was approved when it came, where there was something. */
  readonly replaces: Digest | undefined
  readonly judgement: DefinitionJudgement
  /** Milliseconds since the epoch. */
  readonly seen: number
  readonly decided: number | undefined
  /** `user:id`, or `first-sight` where the configuration decided. */
  readonly by: string | undefined
  readonly reason: string | undefined
  /** Counts up with each change of its status. */
  readonly version: number
}

/** One difference between two definitions, for people. */
export interface DefinitionChange {
  /** JSON Pointer into the newer one; into the older where it was removed. */
  readonly at: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Texts with everything unseen spelled out; JSON for what is no text. Absent where there is none. */
  readonly before?: string
  readonly after?: string
  /** What it means: `description`, `schema-widened`, `schema-narrowed`, `new-argument`, `new-destination` … */
  readonly meaning: string
  readonly severity: Severity
  readonly why: string
}

export interface DefinitionDiff {
  readonly from: PinVersion | undefined
  readonly to: PinVersion
  readonly changes: readonly DefinitionChange[]
  /** The worst of the changes and of findings that the older one had not. */
  readonly risk: Severity
  readonly newFindings: readonly Finding[]
}

/** How people decide on definitions. Every decision is witnessed before it counts. */
export interface PinDesk {
  /** Versions, the newest first within an item; those that wait or count, unless `history`. */
  list(filter: {
    readonly server?: string
    readonly kind?: PinKind
    readonly status?: PinStatus
    readonly history?: boolean
  }): Promise<readonly PinVersion[]>
  /** How one differs from what was approved before it; undefined for what was never seen. */
  diff(
    server: string,
    kind: PinKind,
    name: string,
    digest: Digest,
  ): Promise<DefinitionDiff | undefined>
  /**
   * Approves (which replaces what was approved of the same name), or rejects.
   *
   * @param version the one that the caller saw
   * @throws GatewayError `item_unknown`, `version_conflict`; `definition_unsupported` for the approval of
   *   what has no canonical form; as the witness, and then nothing has changed.
   */
  decide(
    by: Actor,
    about: Pick<PinVersion, 'server' | 'kind' | 'name' | 'digest' | 'version'>,
    status: 'approved' | 'rejected',
    reason: string,
  ): Promise<PinVersion>
}
