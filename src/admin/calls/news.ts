import type { JsonObject } from '../../kernel/json.ts'
import type { LiveNews } from '../live/live-news.ts'
import { showCall } from './call-views.ts'
import { showEvent } from './events.ts'
import type { EvidenceRow } from './ports.ts'

/**
 * What pages that are open are told of a record. A call is told of twice: when it leaves, and when it has
 * ended; `phase` says which. Undefined for what is no news.
 */
export function newsOf(row: EvidenceRow): LiveNews | undefined {
  if (row.kind === 'event')
    return { kind: 'event', id: row.call, data: showEvent(row, false) as unknown as JsonObject }
  const isIntent = row.kind === 'intent'
  const call = showCall({
    call: row.call,
    intent: isIntent ? row : undefined,
    outcome: isIntent ? undefined : row,
  })
  if (call === undefined) return undefined
  const data = { ...call, phase: isIntent ? 'intent' : 'outcome' }
  return { kind: 'call', id: row.call, data: data as unknown as JsonObject }
}
