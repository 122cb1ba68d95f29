import type { Actor } from './event.ts'

/** What a decoy looks like. */
export const CANARY_KINDS = [
  'aws-key',
  'github-token',
  'api-key',
  'password',
  'url',
  'email',
  'record',
] as const
export type CanaryKind = (typeof CANARY_KINDS)[number]

/** A decoy that nobody has a reason to use. Its value is never kept in the clear. */
export interface Canary {
  readonly id: string
  readonly kind: CanaryKind
  /** Whose data it stands among: `user:id` or `agent:id`; undefined: everybody's. */
  readonly principal: string | undefined
  /** The server that hands it out, or in whose reach it lies. */
  readonly server: string | undefined
  /** Where it was planted, in the planter's words: `result of crm:get_customer`, `~/.aws/credentials`. */
  readonly place: string
  /** Milliseconds since the epoch. */
  readonly planted: number
  readonly by: string
  /** Since when it no longer counts. */
  readonly retired: number | undefined
  readonly sightings: number
  readonly lastSeen: number | undefined
}

/** Where a decoy turned up. */
export interface CanarySighting {
  readonly canary: string
  readonly at: number
  /** The call in which it was seen; empty where there is none. */
  readonly call: string
  readonly subject: string
  readonly client: string
  readonly grant: string
  readonly server: string
  readonly target: string
  /** `arguments`, `result`, `question`, `answer`, `notification`, `egress`, `log`. */
  readonly part: string
  /** Whether the session was stopped because of it. */
  readonly stopped: boolean
}

/** A sighting that is kept. */
export interface KeptSighting extends CanarySighting {
  readonly id: string
}

/** Which part of a list: those after one. */
export interface CanaryPage {
  readonly limit?: number
  readonly after?: string
}

/** Plants decoys and hears of them. */
export interface CanaryDesk {
  /** Makes a decoy. Its value is told this once. Witnessed before it counts. */
  plant(
    by: Actor,
    about: Pick<Canary, 'kind' | 'principal' | 'server' | 'place'>,
  ): Promise<{ readonly canary: Canary; readonly value: string }>
  /** By id, the last first: those that were planted last, but for what the gateway planted itself. */
  list(part?: CanaryPage): Promise<readonly Canary[]>
  /** Newest first. */
  sightings(part?: CanaryPage & { readonly canary?: string }): Promise<readonly KeptSighting[]>
  /** @throws GatewayError `item_unknown`. */
  retire(by: Actor, id: string): Promise<Canary>
}
