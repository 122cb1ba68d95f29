import { z } from 'zod'
import { EVENTS as EVENT_NAMES } from '../../kernel/event.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import {
  found,
  given,
  id,
  moment,
  operation,
  pageOf,
  paging,
  type Site,
  time,
  timeOf,
} from '../operation.ts'
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

/** @param words whether people's own words are shown: they may tell what a call carries. */
export function showEvent(row: EvidenceRow, words: boolean): z.input<typeof eventView> {
  const { call, at, target: event, outcome, subject, client, body = {}, seq, hash } = row
  const { target, detail, by } = body
  return {
    id: call,
    at: timeOf(at),
    ...{ event, outcome, subject, client, seq, hash },
    ...(typeof target === 'string' ? { target } : {}),
    ...(detail === undefined ? {} : { detail: (words ? detail : withoutWords(detail)) as never }),
    ...(by === undefined ? {} : { by: by as never }),
  }
}

function withoutWords(detail: Json): Json {
  if (!isObject(detail)) return detail
  const { comment: _, ...rest } = detail
  return rest
}

/** Whoever may see what calls carry, or what people answered to them. */
function readsWords({ caller: { permissions } }: Site): boolean {
  return permissions.has('bodies') || permissions.has('approvals.read')
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
    run: async (site, { from, to, ...filters }) => {
      const { events, next } = await site.administration.records.events(
        given({ ...filters, since: from, before: to }),
      )
      return given({ items: events.map((row) => showEvent(row, readsWords(site))), next })
    },
  }),
  operation('events.show', 'GET /events/{id}', {
    needs: 'look',
    summary: 'Show an event',
    input: z.strictObject({ id }),
    output: z.object({ event: eventView }),
    run: async (site, { id: wanted }) => {
      const row = found('event', await site.administration.records.event(wanted))
      return { event: showEvent(row, readsWords(site)) }
    },
  }),
] as const
