import type { Transaction } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { FlowKey } from '../../kernel/flow.ts'
import type { Schema } from '../../store/schema.ts'
import { endLapsed, forgotten, lapsedBefore, TOUCH } from './ended.ts'
import { append, type CallEntry, dropOldest, type Entry, type Joined } from './entries.ts'
import { type Held, hold } from './held.ts'
import type { Parts } from './parts.ts'
import { type ContextRow, hashOf, insertRow, openRow, touchRow } from './rows.ts'

/** How often others may open or end the same context meanwhile. */
const ROUNDS = 5
/** Additions of one transaction. */
const MOST_TOGETHER = 64

/** A context as it is now: what the database says of it, and the memory with all that anybody learned. */
export interface Current {
  readonly row: ContextRow
  readonly held: Held
}

/** The open context of a key, opened where there is none. Rejects as the database does. */
export async function current(parts: Parts, key: FlowKey): Promise<Current> {
  const row = await open(parts, key)
  const now = parts.now()
  if (row.used < now - TOUCH) await touchRow(parts.db, row.id, now)
  const held = parts.resident.of(row.id, () => hold(parts, row.id))
  await held.catchUp(row.seq)
  if (row.incomplete === 1) held.memory.forget()
  else if (!held.memory.complete) await forgotten(parts, row)
  parts.resident.grown(held)
  return { row, held }
}

async function open(parts: Parts, key: FlowKey): Promise<ContextRow> {
  const hash = hashOf(key)
  for (let round = 0; round < ROUNDS; round++) {
    const row = await openRow(parts.db, hash)
    if (row !== undefined && row.used >= lapsedBefore(parts)) return row
    if (row !== undefined) await endLapsed(parts, row)
    // Of those who do this at once one succeeds, and all find what that one opened.
    await insertRow(parts.db, parts.randomId(), key, parts.now())
  }
  throw new GatewayError('flow_unavailable', 'what was read before changes too often')
}

/** What is to be appended to a context. */
export interface Addition {
  readonly call: string
  readonly entries: readonly Entry[]
  readonly joined?: Joined
  /** What is written together with the entries, or not at all. */
  readonly alongside?: (trx: Transaction<Schema>, row: ContextRow) => Promise<void>
}

/** An addition that waits for those before it. */
export interface Waiting {
  readonly addition: Addition
  readonly done: (kept: boolean) => void
  readonly failed: (error: unknown) => void
}

/** Appends to the open context of a key, and takes it in. Rejects as the database does, and then nothing is kept. */
export async function add(parts: Parts, key: FlowKey, addition: Addition): Promise<Current> {
  for (let round = 0; round < ROUNDS; round++) {
    const now = await current(parts, key)
    if (await addTo(parts, now, addition)) return now
  }
  throw new GatewayError('flow_unavailable', 'what was read before changes too often')
}

/**
 * Appends together what waits for the row of a context: many calls of one client would hold each other up, and on
 * a database beside the gateway all its connections. @returns false where the context was ended meanwhile.
 */
function addTo(parts: Parts, now: Current, addition: Addition): Promise<boolean> {
  const queue = parts.queues.get(now.row.id)
  return new Promise((done, failed) => {
    if (queue) {
      queue.push({ addition, done, failed })
      return
    }
    const own: Waiting[] = [{ addition, done, failed }]
    parts.queues.set(now.row.id, own)
    void work(parts, now, own)
  })
}

async function work(parts: Parts, now: Current, queue: Waiting[]): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0, MOST_TOGETHER)
    try {
      const kept = await addAll(
        parts,
        now,
        batch.map(({ addition }) => addition),
      )
      for (const { done } of batch) done(kept)
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
  }
  parts.queues.delete(now.row.id)
}

async function addAll(
  parts: Parts,
  { row, held }: Current,
  additions: readonly Addition[],
): Promise<boolean> {
  const values = held.waiting()
  const brought: readonly CallEntry[] =
    values.length === 0 ? [] : [{ call: '', entry: { kind: 'brought', values } }]
  const all = additions.flatMap(({ call, entries }) => entries.map((entry) => ({ call, entry })))
  try {
    const appended = await parts.db.transaction().execute(async (trx) => {
      const done = await append(parts, trx, row.id, [...brought, ...all], joinedOf(additions))
      if (done !== undefined) for (const { alongside } of additions) await alongside?.(trx, row)
      return done
    })
    if (appended === undefined) {
      held.bring(values)
      return false
    }
    held.appended(appended)
  } catch (error) {
    held.bring(values)
    throw error
  }
  await keepBounds(parts, { row, held }).catch((cause: unknown) =>
    parts.log('the memory of a context is not within its bounds', cause),
  )
  return true
}

function joinedOf(additions: readonly Addition[]): Joined {
  const joined = additions.flatMap((one) => one.joined ?? [])
  return {
    untrusted: joined.some(({ untrusted }) => untrusted),
    classes: [...new Set(joined.flatMap(({ classes }) => classes))],
    answers: joined.reduce((sum, { answers }) => sum + answers, 0),
  }
}

async function keepBounds(parts: Parts, { row, held }: Current): Promise<void> {
  if (row.incomplete === 0 && !held.memory.complete) await forgotten(parts, row)
  if (held.kept > parts.bounds.kept) {
    const left = await dropOldest(parts.db, row.id, parts.bounds.kept, async () => {
      held.memory.forget()
      await forgotten(parts, row)
    })
    held.count(left)
  }
  parts.resident.grown(held)
}

/** Keeps what waits of all contexts. What cannot be kept only counts as named by others later. */
export async function flush(parts: Parts): Promise<void> {
  for (const held of parts.resident.all()) {
    const values = held.waiting()
    if (values.length === 0) continue
    await parts.db
      .transaction()
      .execute((trx) =>
        append(parts, trx, held.id, [{ call: '', entry: { kind: 'brought', values } }]),
      )
      .catch((cause: unknown) => parts.log('what a subject brought along is not kept', cause))
  }
}
