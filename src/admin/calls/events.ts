import { z } from 'zod'
import { EVENTS as EVENT_NAMES } from '../../kernel/event.ts'
import { found, given, id, moment, operation, pageOf, paging, time, timeOf } from '../operation.ts'
import type { EvidenceRow } from './ports.ts'

const eventView = z.object({
  id: z.string(),
  at: time,
  event: z.string(),
  outcome: z.string().nullable(),
  /** `user:id` or `agent:id`; null when nobody is known. */
  subject: z.string().nullable(),
  client: z.string().nullable(),
  target: z.string().optional(),
  detail: z.json().optional(),
  /** Who did it to others. */
  by: z.json().optional(),
  seq: z.number(),
  hash: z.string(),
})

export function showEvent(row: EvidenceRow): z.input<typeof eventView> {
  const { call, at, target: event, outcome, subject, client, body = {}, seq, hash } = row
  const { target, detail, by } = body
  return {
    id: call,
    at: timeOf(at),
    ...{ event, outcome, subject, client, seq, hash },
    ...(typeof target === 'string' ? { target } : {}),
    ...(detail === undefined ? {} : { detail: detail as never }),
    ...(by === undefined ? {} : { by: by as never }),
  }
}

export const EVENTS = [
  operation('events.list', 'GET /events', {
    needs: 'look',
    summary: 'List events, the newest first',
    input: z.strictObject({
      ...paging,
      event: z.enum(EVENT_NAMES).optional(),
      outcome: z.enum(['done', 'refused']).optional(),
      subject: id.optional(),
      client: id.optional(),
      from: moment.optional(),
      to: moment.optional(),
    }),
    output: pageOf(eventView),
    run: async ({ administration }, { from, to, ...filters }) => {
      const { events, next } = await administration.records.events(
        given({ ...filters, since: from, before: to }),
      )
      return given({ items: events.map(showEvent), next })
    },
  }),
  operation('events.show', 'GET /events/{id}', {
    needs: 'look',
    summary: 'Show an event',
    input: z.strictObject({ id }),
    output: z.object({ event: eventView }),
    run: async ({ administration }, { id: wanted }) => ({
      event: showEvent(found('event', await administration.records.event(wanted))),
    }),
  }),
] as const
