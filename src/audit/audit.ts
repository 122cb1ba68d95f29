import { GatewayError } from '../kernel/errors.ts'
import type { Witness } from '../kernel/event.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Recorder } from '../kernel/record.ts'
import type { Store, StoreOptions } from '../store/store.ts'
import { appendPostgres } from './append-postgres.ts'
import { appendSqlite } from './append-sqlite.ts'
import { appendInThread, type OpenAppend } from './append-thread.ts'
import { GENESIS, type Head, type MarkedDraft } from './chain.ts'
import { type CallCounts, type CountQuery, countCalls, firstCallOf } from './counts.ts'
import { drafter } from './draft.ts'
import { type EventPage, type EventQuery, findEvent, listEvents } from './events.ts'
import type { ExcerptOptions } from './excerpt.ts'
import { groupCommit, unavailable } from './group-commit.ts'
import { readHead } from './head.ts'
import {
  type CallPage,
  type CallQuery,
  type CallRecords,
  findCall,
  listCalls,
  placesIn,
  recordsAfter,
  type WalkQuery,
  walkCalls,
} from './history.ts'
import { type InputOptions, type KeptInput, readInput } from './input.ts'
import { keepHead, readKeptHead } from './kept-head.ts'
import type { StoredRecord } from './page.ts'
import { type SearchPage, type SearchQuery, searchCalls } from './search.ts'
import { type OnPage, type Verification, verifyRecords } from './verify.ts'

export type { Head } from './chain.ts'
export type { CallCounts } from './counts.ts'
export type { EventPage, EventQuery } from './events.ts'
export type { ExcerptOptions } from './excerpt.ts'
export type {
  CallPage,
  CallQuery,
  CallRecords,
  Outcome,
  WalkQuery,
} from './history.ts'
export type { KeptInput } from './input.ts'
export type { StoredRecord } from './page.ts'
export type { SearchPage, SearchQuery } from './search.ts'
export type { Fault, Verification } from './verify.ts'

/** Records in one transaction, and records that may wait for theirs. */
const MAX_BATCH = 256
const MAX_WAITING = 10_000

/** Milliseconds that an outcome waits for company. */
const OUTCOME_DELAY = 5

/** Milliseconds until a database that does not answer counts as gone. */
const TIMEOUT = 10_000

export interface RecorderOptions {
  readonly store: Store
  /** The file of the kept head (see `keepHead`); one per process that records. */
  readonly headFile: string
  readonly clock: Clock
  /** Names events. */
  readonly randomId: RandomId
  readonly excerpt: ExcerptOptions
  /** How much is kept of what decisions saw. */
  readonly input: InputOptions
  /**
   * With SQLite: writes in a thread of its own, through a second connection with these options.
   * Without: in this one, through the store's.
   */
  readonly thread?: Extract<StoreOptions, { kind: 'sqlite' }>
  /** Takes secrets that are known by their values out of all texts before they are kept. */
  readonly redactText?: (text: string) => string
  /** Hears that the kept head could not be written. Records are durable all the same. */
  readonly onHeadError: (error: unknown) => void
}

/** A recorder with an end. */
export interface OpenRecorder extends Recorder {
  /** Records an event in the chain of the calls, as durably as an intent. */
  readonly witness: Witness
  /** Resolves when everything recorded before is durable or has failed, and the head is kept. */
  flush(): Promise<void>
  /** Flushes; every later `record` rejects. The store stays open: it is the caller's. */
  close(): Promise<void>
}

/**
 * Opens the recorder on a store.
 *
 * `record` resolves when the entry is durable: an intent or an event goes out at once, an outcome
 * within 5 ms, so do not wait for outcomes. A failure to write rejects every record that waited with
 * `audit_unavailable`; the next one tries again.
 *
 * @throws GatewayError `audit_unavailable` when the chain does not contain the kept head: records
 *   were cut off or rewritten, or an old copy was restored. Nothing is written over the evidence.
 */
export async function openRecorder(options: RecorderOptions): Promise<OpenRecorder> {
  const { store, headFile } = options
  const floor = await requireKept(store, headFile)
  const { append, close } = appender(options, floor)
  const kept = keepHead(headFile, options.onHeadError)
  const draft = drafter(options.clock, options.excerpt, options.input, options.redactText)
  const batches = groupCommit<MarkedDraft>({
    write: async (drafts) => kept.note(await append(drafts)),
    maxBatch: MAX_BATCH,
    maxWaiting: MAX_WAITING,
    soon: OUTCOME_DELAY,
    timeout: TIMEOUT,
  })
  const record: Recorder['record'] = (entry) => {
    try {
      return batches.add(draft(entry), entry.kind === 'outcome' ? 'soon' : 'now')
    } catch (cause) {
      return Promise.reject(unavailable(cause))
    }
  }
  return {
    record,
    witness: (event) =>
      record({ kind: 'event', id: options.randomId(), ...event }).catch((cause: unknown) => {
        throw eventUnavailable(cause)
      }),
    flush: async () => {
      await batches.flush()
      await kept.flush().catch(options.onHeadError)
    },
    close: async () => {
      await batches.close()
      await close()
      await kept.flush().catch(options.onHeadError)
    },
  }
}

/** The records as readers see them, also beside a process that is recording. */
export interface Records {
  /** Lists calls, newest first (see `listCalls`). Rejects with `params_invalid` for a bad cursor. */
  calls(query: CallQuery): Promise<CallPage>
  /** Looks for calls, newest first (see `searchCalls`). Rejects with `params_invalid` for a bad cursor. */
  search(query: SearchQuery): Promise<SearchPage>
  /** Walks through calls, oldest first (see `walkCalls`). */
  walk(query: WalkQuery): AsyncGenerator<CallRecords, void>
  /** The records of one call; undefined when there are none. */
  call(id: string): Promise<CallRecords | undefined>
  /** Lists events, newest first (see `listEvents`). Rejects with `params_invalid` for a bad cursor. */
  events(query: EventQuery): Promise<EventPage>
  /** The record of one event; undefined when there is none. */
  event(id: string): Promise<StoredRecord | undefined>
  /** At most `limit` records after `seq`, oldest first: to follow, ask again with the last `seq`. */
  tail(seq: number, limit: number): Promise<readonly StoredRecord[]>
  /** How many calls ended when, and how (see `countCalls`). */
  counts(query: CountQuery): Promise<readonly CallCounts[]>
  /** When the first call of a server was recorded. */
  firstCall(server: string): Promise<number | undefined>
  /** Recomputes the chain and holds it against both heads (see `verifyRecords`). */
  verify(onPage?: OnPage): Promise<Verification>
  /** The end of the chain, as the database and the file of the kept head have it. */
  heads(): Promise<{ readonly head: Head; readonly kept: Head | undefined }>
  /** The part of the chain that was recorded in a time, as clocks went: after `start`, up to `end`. */
  places(since: number, before: number): Promise<{ readonly start: number; readonly end: number }>
}

/** What the decision of a call saw; undefined when nothing was decided, or it was not kept. */
export function inputOf({ intent, outcome }: CallRecords): KeptInput | undefined {
  return readInput((intent ?? outcome)?.body)
}

/** Opens the records of a store for reading. `headFile` as in `RecorderOptions`. */
export function openRecords(store: Store, headFile: string): Records {
  return {
    calls: (query) => listCalls(store.db, query),
    search: (query) => searchCalls(store.db, query),
    walk: (query) => walkCalls(store.db, query),
    call: (id) => findCall(store.db, id),
    events: (query) => listEvents(store.db, query),
    event: (id) => findEvent(store.db, id),
    tail: (seq, limit) => recordsAfter(store.db, seq, limit),
    counts: (query) => countCalls(store.db, query),
    firstCall: (server) => firstCallOf(store.db, server),
    verify: async (onPage) => verifyRecords(store.db, await readKeptHead(headFile), onPage),
    heads: async () => ({
      head: (await readHead(store.db)) ?? GENESIS,
      kept: await readKeptHead(headFile),
    }),
    places: (since, before) => placesIn(store.db, since, before),
  }
}

function eventUnavailable(cause: unknown): GatewayError {
  return new GatewayError('audit_unavailable', 'the event cannot be recorded', { cause })
}

function appender({ store, thread }: RecorderOptions, floor: Head): OpenAppend {
  if (store.engine === 'sqlite' && thread !== undefined) return appendInThread(thread, floor)
  const append =
    store.engine === 'sqlite' ? appendSqlite(store.db, floor) : appendPostgres(store.db, floor)
  return { append, close: async () => {} }
}

async function requireKept(store: Store, headFile: string): Promise<Head> {
  const kept = (await readKeptHead(headFile)) ?? GENESIS
  if (kept.seq === 0) return GENESIS
  const found = await store.db
    .selectFrom('record')
    .select('hash')
    .where('seq', '=', kept.seq)
    .executeTakeFirst()
    .catch((cause: unknown) => {
      throw unavailable(cause)
    })
  if (found?.hash === kept.hash) return kept
  throw new GatewayError(
    'audit_unavailable',
    'the records do not contain their kept head: verify them, then move the head file away',
    { detail: `kept head ${kept.seq} in ${headFile}` },
  )
}
