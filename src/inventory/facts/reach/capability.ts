import type { Evidence } from '../evidence.ts'

/** What somebody can do through a server. `credentials`: use, or take, what lets it in elsewhere. */
export const CAPABILITIES = ['read', 'write', 'execute', 'network', 'credentials'] as const
export type Capability = (typeof CAPABILITIES)[number]

/**
 * How sure it is. `can`: something says so. `may`: names say so. `unknown`: nothing is known, which is not safe.
 * `not_seen`: what is known does not do it, and nobody made sure. `cannot`: something stands in the way.
 */
export const SURENESS = ['can', 'may', 'unknown', 'not_seen', 'cannot'] as const
export type Sureness = (typeof SURENESS)[number]

/** One sentence about one capability, and why it is said. */
export interface Statement {
  readonly capability: Capability
  readonly sure: Sureness
  /** One public sentence. */
  readonly text: string
  readonly evidence: readonly Evidence[]
}

/** The surer one of two. */
export function surer(a: Sureness, b: Sureness): Sureness {
  return SURENESS.indexOf(a) <= SURENESS.indexOf(b) ? a : b
}
