import { z } from 'zod'
import { given, invalid, moment, operation, time, timeOf, times } from '../operation.ts'
import type { ChainCheck, EvidenceRow } from './ports.ts'

const headView = z.object({ seq: z.number(), hash: z.string() })

const checkView = z.object({
  id: z.string(),
  state: z.enum(['running', 'good', 'bad', 'failed']),
  started: time,
  ended: time.optional(),
  done: z.number(),
  of: z.number(),
  fault: z.object({ kind: z.string(), seq: z.number(), message: z.string() }).optional(),
  open: z.number().optional(),
})

function showCheck({ started, ended, ...check }: ChainCheck): z.input<typeof checkView> {
  return { ...check, started: timeOf(started), ...times({ ended }) }
}

/** A record whole, so that others can verify the chain. The body is canonical JSON (RFC 8785). */
const exported = z.object({
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  call: z.string(),
  server: z.string(),
  target: z.string(),
  outcome: z.string().nullable(),
  subject: z.string().nullable(),
  client: z.string().nullable(),
  grant: z.string().nullable(),
  body: z.json(),
  hash: z.string(),
})

function exportedOf({ body, ...row }: EvidenceRow): z.input<typeof exported> {
  return { ...row, body: (body ?? null) as never }
}

const MOST_EXPORTED = 200
const CURSOR = /^\d{1,15}$/

export const RECORDS = [
  operation('records.status', 'GET /records/status', {
    needs: 'look',
    summary:
      'Say what the chain of records is: its head, its times, and what the last look at it found',
    input: z.strictObject({}),
    output: z.object({
      head: headView,
      first: time.optional(),
      last: time.optional(),
      /** The head that is kept outside the database. */
      kept: headView.optional(),
      signed: z.boolean(),
      check: checkView.optional(),
    }),
    run: async ({ administration: { records } }) => {
      const { seq, hash, first, last, kept } = await records.status()
      const check = records.checked()
      return {
        head: { seq, hash },
        ...times({ first, last }),
        ...given({ kept }),
        signed: false,
        ...(check === undefined ? {} : { check: showCheck(check) }),
      }
    },
  }),
  operation('records.verifyStart', 'POST /records/verification', {
    needs: 'records.verify',
    summary: 'Begin to verify the whole chain; one look at a time',
    status: 201,
    input: z.strictObject({}),
    output: z.object({ check: checkView }),
    run: async ({ administration: { records } }) => ({ check: showCheck(records.check()) }),
  }),
  operation('records.verifyState', 'GET /records/verification', {
    needs: 'records.verify',
    summary: 'Say how far the verification has come, or what the last one found',
    input: z.strictObject({}),
    output: z.object({ check: checkView.optional() }),
    run: async ({ administration: { records } }) => {
      const check = records.checked()
      return check === undefined ? {} : { check: showCheck(check) }
    },
  }),
  operation('records.export', 'GET /records/export', {
    needs: 'records.export',
    summary: 'Export records of a time, oldest first, with their hashes, page by page',
    input: z.strictObject({
      from: moment.optional(),
      to: moment.optional(),
      cursor: z.string().max(15).optional(),
      limit: z
        .string()
        .regex(/^\d{1,3}$/)
        .transform(Number)
        .pipe(z.number().min(1).max(MOST_EXPORTED))
        .optional(),
    }),
    output: z.object({
      items: z.array(exported),
      /** What the first of them is chained to; absent where that is the beginning of the chain. */
      previous: headView.optional(),
      next: z.string().optional(),
    }),
    run: async ({ administration: { records }, caller }, input) => {
      const { from = 0, to = Number.MAX_SAFE_INTEGER, cursor, limit = MOST_EXPORTED } = input
      if (cursor !== undefined && !CURSOR.test(cursor))
        throw invalid('`cursor` is not one of this list')
      const places = await records.places(from, to)
      const start = cursor === undefined ? places.start : Number(cursor)
      const count = Math.min(limit, Math.max(0, places.end - start))
      const items = count === 0 ? [] : await records.after(start, count)
      const previous = start === 0 ? undefined : (await records.after(start - 1, 1))[0]
      // Whoever takes it is on record before it leaves.
      await records.witness({
        event: 'record.exported',
        outcome: 'done',
        target: `${items[0]?.seq ?? 0}-${items.at(-1)?.seq ?? 0}`,
        detail: { records: items.length },
        by: caller.actor,
      })
      const last = items.at(-1)
      return {
        items: items.map(exportedOf),
        ...(previous === undefined ? {} : { previous: { seq: previous.seq, hash: previous.hash } }),
        ...(last !== undefined && last.seq < places.end ? { next: String(last.seq) } : {}),
      }
    },
  }),
] as const
