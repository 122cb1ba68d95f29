import type { Allowlist } from './allowlist.ts'
import type { Names } from './names.ts'
import type { Report } from './report.ts'
import type { Resolve } from './resolve.ts'

/** Bounds for the connections of one server; times in milliseconds. */
export interface EgressLimits {
  readonly connections: number
  /** Until a request head, or a TLS hello, is complete. */
  readonly head: number
  /** Until a name is resolved and the host has answered. */
  readonly dial: number
  /** Without a byte in either direction. */
  readonly idle: number
}

export const EGRESS_LIMITS: EgressLimits = {
  connections: 256,
  head: 10_000,
  dial: 15_000,
  idle: 600_000,
}

/** What all of one server's egress works with. */
export interface EgressParts {
  readonly allowed: Allowlist
  readonly names: Names
  readonly report: Report
  readonly resolve: Resolve | undefined
  readonly limits: EgressLimits
  /** Aborts when the egress closes. */
  readonly closing: AbortSignal
}
