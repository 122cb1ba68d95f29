/** The protocol revisions that Bailiwick speaks, newest first. */
export const REVISIONS = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] as const

export type Revision = (typeof REVISIONS)[number]

/** `modern`: stateless, 2026-07-28 and later. `legacy`: sessions begun by `initialize`. */
export type Era = 'modern' | 'legacy'

/** The revision that a client without any version header speaks (2025-03-26 transports, "Backwards compatibility"). */
export const OLDEST_REVISION: Revision = '2025-03-26'
export const NEWEST_LEGACY: Revision = '2025-11-25'
export const NEWEST_MODERN: Revision = '2026-07-28'

/** True for a revision that Bailiwick speaks. */
export function isRevision(text: unknown): text is Revision {
  return REVISIONS.some((revision) => revision === text)
}

export function eraOf(revision: Revision): Era {
  return revision >= '2026-07-28' ? 'modern' : 'legacy'
}

/** Names of the per-request envelope in `params._meta` (2026-07-28, basic, "_meta"). */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const
