import type { Kysely, Transaction } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecurityEvent, Witness } from '../../kernel/event.ts'
import type { FlowKey } from '../../kernel/flow.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { Seal } from '../../kernel/seal.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import type { Schema } from '../../store/schema.ts'
import type { Memory } from '../memory/memory.ts'
import type { Waiting } from './current.ts'
import type { Resident } from './resident.ts'

/** The database, or a transaction in it. */
export type Db = Kysely<Schema> | Transaction<Schema>

/** Bounds of what is kept. */
export interface Bounds {
  /** Milliseconds since its last use after which a context has lapsed. */
  readonly lifetime: number
  /** Bytes of the entries of one context in the database. */
  readonly kept: number
}

/** What everything here works with. */
export interface Parts {
  readonly db: Kysely<Schema>
  readonly seal: Seal
  readonly now: Clock
  readonly randomId: RandomId
  readonly record: Witness
  readonly memory: () => Memory
  readonly resident: Resident
  /** What waits to be appended, by context. */
  readonly queues: Map<string, Waiting[]>
  readonly bounds: Bounds
  readonly log: (message: string, cause?: unknown) => void
}

/**
 * Does what needs the database.
 *
 * @throws {GatewayError} `flow_unavailable` when that fails; as the witness, who says so itself
 */
export async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw unavailable(error)
  }
}

function unavailable(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  const message = 'what was read before cannot be known or kept now'
  return new GatewayError('flow_unavailable', message, { cause: error })
}

/**
 * Has an event witnessed, then does it. What failed, or what somebody else did first, is witnessed as refused.
 *
 * @throws as the witness, and then nothing was done; as `act`.
 */
export async function witnessedIf(
  record: Witness,
  event: Omit<SecurityEvent, 'outcome'>,
  act: () => Promise<boolean>,
): Promise<boolean> {
  const done = await witnessed(record, event, act)
  if (!done) await record({ ...event, outcome: 'refused' })
  return done
}

/** `user:id` or `agent:id` of a principal, as events name whom they are about. */
export function subjectOf({ principal }: Pick<FlowKey, 'principal'>): string | undefined {
  try {
    const [kind, id] = JSON.parse(principal) as readonly unknown[]
    return typeof kind === 'string' && typeof id === 'string' ? `${kind}:${id}` : undefined
  } catch {
    return undefined
  }
}
