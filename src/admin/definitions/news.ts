import type { JsonObject } from '../../kernel/json.ts'
import type { EvidenceRow } from '../calls/ports.ts'
import type { LiveNews } from '../live/live-news.ts'

const TOLD = /^(?:definition|finding)\.(\w{1,20})$/

/**
 * What pages that show servers are told of a record: that something of one was pinned, waits, or was decided
 * on. Undefined for what is no such news. Whoever may look sees it, so it holds no reasons.
 */
export function definitionNewsOf(row: EvidenceRow): LiveNews | undefined {
  const what = row.kind === 'event' ? TOLD.exec(row.target)?.[1] : undefined
  const { target, detail } = row.body ?? {}
  if (what === undefined || row.outcome !== 'done' || typeof target !== 'string') return undefined
  const [server = ''] = target.split(':', 1)
  const { kind, cause, count } = (detail ?? {}) as JsonObject
  const known = Object.entries({ kind, cause, count }).filter(([, value]) => value !== undefined)
  const data = { about: 'definitions', server, what, target, ...Object.fromEntries(known) }
  return { kind: 'server', id: server, data }
}
