import type { Kysely } from 'kysely'
import type { Witness } from '../kernel/event.ts'
import type { FlowBook } from '../kernel/flow.ts'
import { startLooks } from '../kernel/looks.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Seal } from '../kernel/seal.ts'
import type { Schema } from '../store/schema.ts'
import { add, current, flush } from './contexts/current.ts'
import { endBy, lapsedBefore } from './contexts/ended.ts'
import { confirmSeen, endorseValue, listEndorsements } from './contexts/endorse.ts'
import { factsOf, trustOf, viewOf } from './contexts/labels.ts'
import { available, type Parts } from './contexts/parts.ts'
import { resident } from './contexts/resident.ts'
import { findRow, listRows } from './contexts/rows.ts'
import { sentNames } from './contexts/sent.ts'
import { sweep } from './contexts/sweep.ts'
import { createWritten } from './contexts/written.ts'
import { createMemory, type Decode } from './memory/memory.ts'
import { takenOf } from './memory/taken-of.ts'

export type { Decode } from './memory/memory.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MIB = 1024 * 1024
/**
 * Until something is forgotten, what was read steers nothing. A conversation goes on for about a day's work,
 * and comes back after a meal or a meeting; an hour is the least, so that nobody waits for a clean context,
 * and a week the most, so that labels of one task do not stay with the next for ever.
 */
const LIFETIME = { usual: 12 * HOUR, least: HOUR, most: 7 * 24 * HOUR }
const MOST = { memory: 2 * MIB, kept: 16 * MIB, resident: 128 * MIB }

export interface FlowOptions {
  readonly db: Kysely<Schema>
  /** Of the owner `flow`. */
  readonly seal: Seal
  readonly now: Clock
  readonly randomId: RandomId
  /** Other readings of a text. */
  readonly decode: Decode
  /** Told of what ends, what is vouched for and what is forgotten. */
  readonly record: Witness
  /** Milliseconds since its last use after which a context has lapsed: an hour to a week, 12 hours unless told. */
  readonly lifetime?: number
  /** Bytes that one context takes in memory, about: 2 MiB unless told. */
  readonly most?: number
  /** Bytes that the entries of one context take in the database: 16 MiB unless told. */
  readonly kept?: number
  /** Bytes that all contexts take in the memory of this process, about: 128 MiB unless told. */
  readonly resident?: number
  /** Milliseconds between two sweeps of what is over: ten minutes unless told. */
  readonly every?: number
  readonly log: (message: string, cause?: unknown) => void
}

/**
 * Opens the memory of what each principal, client and grant has read, for all processes on the database.
 *
 * @throws RangeError for a lifetime of less than an hour or more than a week; rejects as the database does
 */
export async function openFlow(options: FlowOptions): Promise<FlowBook> {
  const parts = partsOf(options)
  const looks = await startLooks({
    look: () => sweep(parts),
    every: options.every ?? 10 * MINUTE,
    lost: 'contexts that are over cannot be removed',
    found: 'contexts that are over are removed again',
    log: options.log,
  })
  return {
    ...calls(parts),
    ...people(parts),
    async close() {
      await looks.close()
      await flush(parts)
    },
  }
}

function partsOf({ lifetime = LIFETIME.usual, ...options }: FlowOptions): Parts {
  if (!(lifetime >= LIFETIME.least && lifetime <= LIFETIME.most))
    throw new RangeError('the lifetime of a context is an hour to a week')
  const { db, seal, now, randomId, decode, record, log } = options
  const { most = MOST.memory, kept = MOST.kept } = options
  return {
    ...{ db, seal, now, randomId, record, log },
    memory: () => createMemory({ decode, most }),
    resident: resident(options.resident ?? MOST.resident),
    queues: new Map(),
    bounds: { lifetime, kept },
  }
}

/** What calls do. */
function calls(parts: Parts): Pick<FlowBook, 'look' | 'leaves' | 'learn'> {
  const written = createWritten(parts)
  const names = sentNames()
  return {
    look: (call, args) =>
      available(async () => {
        const { row, held } = await current(parts, call.key)
        names.looked(call.call, args.arguments)
        return factsOf(row, held.memory.complete, held.memory.look(args, call))
      }),
    leaves: (call, facts, approvedBy = []) =>
      available(async () => {
        const held = parts.resident.peek(facts.context)
        const named = names.risky(call.call, facts, held?.memory)
        if (approvedBy.length > 0)
          await confirmSeen(parts, written, call, { facts, named, approvedBy })
        else await written.leaves(parts.db, call, [...facts.values, ...named])
        const own = facts.values.filter(({ origin }) => origin === 'subject')
        held?.bring(own.map(({ value }) => value))
      }),
    learn: (call, source, message) =>
      available(async () => {
        const taken = await written.tainted(call, takenOf(call, source, message))
        const trust = trustOf(taken)
        const { classes } = taken
        const { row } = await add(parts, call.key, {
          call: call.call,
          entries: [{ kind: 'taken', taken }],
          joined: { untrusted: trust === 'untrusted', classes, answers: 1 },
        })
        return { context: row.id, origin: call.call, trust, classes }
      }),
  }
}

/** What people do. */
function people(parts: Parts): Pick<FlowBook, 'contexts' | 'end' | 'endorse' | 'endorsements'> {
  const openOf = async (id: string) => {
    const row = await findRow(parts.db, id)
    return row === undefined || row.used < lapsedBefore(parts) ? undefined : row
  }
  return {
    contexts: (principal) =>
      available(async () =>
        (await listRows(parts.db, lapsedBefore(parts), principal)).map((row) =>
          viewOf(row, parts.bounds.lifetime),
        ),
      ),
    end: (id, by) =>
      available(async () => {
        const row = await openOf(id)
        return row !== undefined && (await endBy(parts, row, by))
      }),
    endorse: (id, value, by, reason) =>
      available(async () => {
        const row = await openOf(id)
        return row && (await endorseValue(parts, row, { value, by, reason }))
      }),
    endorsements: (id) => available(() => listEndorsements(parts, id)),
  }
}
