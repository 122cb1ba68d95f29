import type { EventName, SecurityEvent } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { classesOf } from './labels.ts'
import { type Parts, subjectOf, witnessedIf } from './parts.ts'
import { type ContextRow, endRow, markIncomplete } from './rows.ts'

/**
 * Milliseconds for which a use need not be noted, so that most looks only read. As many are added to the
 * lifetime: a context never lapses early.
 */
export const TOUCH = 5 * 60_000

/** The moment before which a context must have been used last, to have lapsed. */
export function lapsedBefore({ now, bounds }: Pick<Parts, 'now' | 'bounds'>): number {
  return now() - bounds.lifetime - TOUCH
}

/** What is witnessed of a context: its labels, and nothing that was read. */
export function eventOf(
  row: ContextRow,
  event: EventName,
  detail: JsonObject,
): Omit<SecurityEvent, 'outcome'> {
  const subject = subjectOf(row)
  return {
    event,
    ...(subject && { subject }),
    client: row.client,
    target: `flow:${row.id}`,
    detail: { grant: row.grant, ...detail },
  }
}

function labels(row: ContextRow): JsonObject {
  const { answers, untrusted, incomplete } = row
  return { answers, readUntrusted: untrusted !== null || incomplete === 1, classes: classesOf(row) }
}

/** Ends a context by a person's word. Whether it was open. Rejects as witness and database do. */
export async function endBy(parts: Parts, row: ContextRow, by: string): Promise<boolean> {
  const event = eventOf(row, 'flow.ended', { by, ...labels(row) })
  const ended = await witnessedIf(parts.record, event, () =>
    endRow(parts.db, row.id, by, parts.now()),
  )
  parts.resident.drop(row.id)
  return ended
}

/** Ends a context that nobody used for so long. One without labels ends in silence: nothing is lost. */
export async function endLapsed(parts: Parts, row: ContextRow): Promise<void> {
  const before = lapsedBefore(parts)
  const end = () => endRow(parts.db, row.id, 'lapse', parts.now(), before)
  const isClean = row.answers === 0 && row.untrusted === null && row.incomplete === 0
  if (isClean) await end()
  else {
    const event = eventOf(row, 'flow.ended', { lapsed: true, ...labels(row) })
    await witnessedIf(parts.record, event, end)
  }
  parts.resident.drop(row.id)
}

/** Not everything is known any more: said once, and true for all processes. Rejects as the database does. */
export async function forgotten(parts: Parts, row: ContextRow): Promise<void> {
  if (!(await markIncomplete(parts.db, row.id))) return
  const event = eventOf(row, 'flow.forgotten', { answers: row.answers })
  // It has happened, whoever hears of it: everything counts as untrusted from now on.
  await parts
    .record({ ...event, outcome: 'done' })
    .catch((cause: unknown) => parts.log('a context that forgot something is not on record', cause))
}
