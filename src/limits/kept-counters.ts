import type { Kysely } from 'kysely'
import { GatewayError } from '../kernel/errors.ts'
import type { LimitCounterTable, Schema } from '../store/schema.ts'
import { cellOf, reopened, rowOf, ruleOf } from './counter-row.ts'
import { type Counters, type Draw, isShort, type Rule } from './counters.ts'
import { type MemoryCounters, type MemoryOptions, memoryCounters } from './memory-counters.ts'

export interface KeptOptions extends MemoryOptions {
  readonly db: Kysely<Schema>
  /** A save that failed. What it would have saved is still counted, and goes into the next. */
  readonly onError: (cause: unknown) => void
}

/** Milliseconds between two saves, and between two removals of rows that say nothing any more. */
const SAVE_EVERY = 1_000
const TIDY_EVERY = 60_000

/** Shorter windows are over before a restart is. */
const WORTH_KEEPING = 60_000

/** Rows in one statement: SQLite works synchronously, so a long one would hold up every call. */
const CHUNK = 200

/**
 * Counters of one process that outlive it. What is counted in a minute or longer is saved within a
 * second, and when the process ends; what was counted `durable`, before the call passes.
 *
 * @throws GatewayError `limits_unavailable` when what was saved cannot be read.
 */
export async function keptCounters(options: KeptOptions): Promise<Counters> {
  const dirty = new Map<string, Rule>()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const saveSoon = (): void => {
    if (!closed) timer ??= setTimeout(saveOnTime, SAVE_EVERY).unref()
  }
  const counters = memoryCounters(options, ({ key, rule }) => {
    if (rule.kind === 'running' || rule.every < WORTH_KEEPING) return
    dirty.set(key, rule)
    saveSoon()
  })
  const save = oneAtATime(saver(options.db, counters, dirty))
  const saveOnTime = async (): Promise<void> => {
    await save().catch(options.onError)
    timer = undefined
    if (dirty.size > 0) saveSoon()
  }
  await load(options.db, counters)

  return {
    left: counters.left,
    end: counters.end,
    giveBack: counters.giveBack,
    async take(draws) {
      const taken = await counters.take(draws)
      if (isShort(taken) || !draws.some(needsDisk)) return taken
      try {
        await save()
        return taken
      } catch (cause) {
        counters.giveBack(taken)
        throw unsaved(cause)
      }
    },
    async close() {
      await counters.close()
      closed = true
      clearTimeout(timer)
      await save().catch(options.onError)
    },
  }
}

function unsaved(cause: unknown): GatewayError {
  return new GatewayError('limits_unavailable', 'the use of a limit cannot be saved', { cause })
}

function needsDisk({ durable, rule }: Draw): boolean {
  return durable && rule.kind !== 'running' && rule.every >= WORTH_KEEPING
}

/** Runs work that never overlaps; who asks while it runs gets the next run, together with others. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  return () => {
    next ??= last
      .catch(() => undefined)
      .then(() => {
        next = undefined
        last = work()
        return last
      })
    return next
  }
}

/** Saves what has changed; what could not be saved stays changed. */
function saver(
  db: Kysely<Schema>,
  counters: MemoryCounters,
  dirty: Map<string, Rule>,
): () => Promise<void> {
  let tidied = Number.NEGATIVE_INFINITY
  return async () => {
    while (dirty.size > 0) await saveChunk(db, counters, dirty)
    const { run, wall } = counters.now()
    if (run - tidied < TIDY_EVERY) return
    tidied = run
    await db.deleteFrom('limit_counter').where('till', '<=', wall).execute()
  }
}

async function saveChunk(
  db: Kysely<Schema>,
  counters: MemoryCounters,
  dirty: Map<string, Rule>,
): Promise<void> {
  const chunk = dirty.entries().take(CHUNK).toArray()
  for (const [key] of chunk) dirty.delete(key)
  try {
    await saveRows(db, rowsOf(chunk, counters))
  } catch (error) {
    for (const [key, rule] of chunk) dirty.set(key, rule)
    throw error
  }
}

function rowsOf(
  chunk: readonly (readonly [string, Rule])[],
  counters: MemoryCounters,
): readonly LimitCounterTable[] {
  const now = counters.now()
  return chunk.flatMap(([key, rule]) => {
    const cell = counters.cell(key)
    // What was forgotten since it changed is full, and its row ends by itself.
    return cell === undefined ? [] : [rowOf(key, rule, cell, now)]
  })
}

async function saveRows(db: Kysely<Schema>, rows: readonly LimitCounterTable[]): Promise<void> {
  if (rows.length === 0) return
  await db
    .insertInto('limit_counter')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(({ ref }) => ({
        rule: ref('excluded.rule'),
        used: ref('excluded.used'),
        at: ref('excluded.at'),
        till: ref('excluded.till'),
      })),
    )
    .execute()
}

async function load(db: Kysely<Schema>, counters: MemoryCounters): Promise<void> {
  const now = counters.now()
  const rows = db.selectFrom('limit_counter').selectAll().where('till', '>', now.wall).stream()
  for await (const row of rows) {
    const rule = ruleOf(row)
    counters.restore(row.key, rule, reopened(rule, cellOf(row, rule, now), now))
  }
}
