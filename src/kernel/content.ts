import type { Certainty, Finding } from './finding.ts'
import type { Json } from './json.ts'

/** What content can hold that policies care about. */
export const CONTENT_CATEGORIES = [
  'secret',
  'personal',
  'injection',
  'hidden',
  'canary',
  'oversize',
] as const
export type ContentCategory = (typeof CONTENT_CATEGORIES)[number]

/** Something in the content of a message. */
export interface ContentFinding extends Finding {
  readonly category: ContentCategory
  /** What it is, for placeholders and policies: `aws-access-token`, `iban`, `override`. Lower case. */
  readonly type: string
  /**
   * Keyed hash of the value, the same for the same value within one installation: it makes placeholders
   * stable, and does not give short values away. Empty where there is no single value.
   */
  readonly mark: string
}

/** What was looked at. */
export interface ContentScan {
  readonly findings: readonly ContentFinding[]
  /** Whether everything was looked at: false when a bound on depth, decoding or number was met. */
  readonly complete: boolean
}

/** Which way content goes: to a server, or from one. */
export type ContentDirection = 'outbound' | 'inbound'

export interface ScanOptions {
  readonly direction: ContentDirection
  /** Categories that nobody asked for are not looked for. */
  readonly categories: ReadonlySet<ContentCategory>
}

/** Looks into content. Linear in its size, bounded in memory, total. */
export interface ContentAnalysis {
  /** At once for small content; large content may be looked at elsewhere. */
  scan(value: Json, options: ScanOptions): ContentScan | Promise<ContentScan>
}

/** Finds values that were planted. One of those who look at each text, decoded or not. */
export type PlantedFinder = (text: string) => readonly {
  readonly start: number
  readonly end: number
  /** The id of the canary. */
  readonly canary: string
}[]

/** What policies see of a finding in arguments. */
export interface ContentFact {
  readonly category: ContentCategory
  readonly type: string
  readonly at: string
  readonly certainty: Certainty
}
