import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { ChainedRecord } from './chain.ts'
import type { Fault } from './verify.ts'

/** Open calls that are named; the others are only counted. */
const NAMED = 100

/** Outcomes that only a dispatched call has. */
const DISPATCHED: readonly (string | null)[] = ['answered', 'asked', 'tool_error']

/** Calls with an intent and no outcome. */
export interface OpenCalls {
  readonly count: number
  /** The first hundred of them. */
  readonly calls: readonly string[]
}

/** Holds intents and outcomes against each other, page by page. */
export interface Pairing {
  /** The first outcome on the page that shows a dispatch without an intent before it. */
  check(page: readonly ChainedRecord[]): Promise<Fault | undefined>
  /** The open calls of all pages so far. */
  open(): OpenCalls
}

/** Pairs records by call; each page asks the database for its other halves. */
export function pairing(db: Kysely<Schema>): Pairing {
  let count = 0
  const calls: string[] = []
  return {
    check: async (page) => {
      const intents = page.filter(({ kind }) => kind === 'intent')
      const outcomes = await firstOf(db, 'outcome', intents)
      for (const { call } of intents) {
        if (outcomes.has(call)) continue
        count += 1
        if (calls.length < NAMED) calls.push(call)
      }
      const dispatched = page.filter(({ outcome }) => DISPATCHED.includes(outcome))
      const decided = await firstOf(db, 'intent', dispatched)
      const early = dispatched.find(({ call, seq }) => (decided.get(call) ?? seq) >= seq)
      return (
        early && {
          kind: 'intent_missing',
          seq: early.seq,
          message: 'a call was dispatched without an intent',
        }
      )
    },
    open: () => ({ count, calls }),
  }
}

/** Where the first record of this kind stands, for each call that has one. */
async function firstOf(
  db: Kysely<Schema>,
  kind: 'intent' | 'outcome',
  records: readonly ChainedRecord[],
): Promise<ReadonlyMap<string, number>> {
  if (records.length === 0) return new Map()
  const rows = await db
    .selectFrom('record')
    .select(({ fn }) => ['call', fn.min('seq').as('first')])
    .where('kind', '=', kind)
    .where(
      'call',
      'in',
      records.map(({ call }) => call),
    )
    .groupBy('call')
    .execute()
  return new Map(rows.map(({ call, first }) => [call, first]))
}
