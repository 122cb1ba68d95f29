import type { Kysely, Transaction } from 'kysely'
import type { Schema } from '../store/schema.ts'
import { type HashQueueOptions, hashQueue } from './hash-queue.ts'
import {
  dummyHash,
  HASH_COST,
  type HashCost,
  hashPassword,
  isOutdated,
  matchesHash,
} from './password-hash.ts'
import { checkNewPassword, normalizePassword } from './password-rules.ts'

export interface PasswordOptions extends HashQueueOptions {
  readonly cost: HashCost
}

/** Two at once use 38 MiB and leave half of the thread pool to the disk. */
export const PASSWORDS: PasswordOptions = { cost: HASH_COST, running: 2, waiting: 64 }

/** Makes and checks hashes, never more at once than there is memory for. */
export interface Passwords {
  /**
   * Whether it is the user's password; false at the same cost when there is none (`stored` undefined).
   *
   * @throws GatewayError `too_many_requests`
   */
  matches(stored: string | undefined, password: string): Promise<boolean>
  /**
   * The hash of a new password.
   *
   * @throws GatewayError `params_invalid` for a weak one, `too_many_requests`
   */
  hashNew(password: string, about: readonly string[]): Promise<string>
  /** A new hash at today's cost for a password that just matched an old one; undefined: not needed. */
  renewed(stored: string, password: string): Promise<string | undefined>
}

export function passwords({ cost, ...options }: PasswordOptions): Passwords {
  const queue = hashQueue(options)
  const dummy = dummyHash(cost)
  return {
    async matches(stored, password) {
      const normal = normalizePassword(password)
      const right = await queue.run(() => matchesHash(stored ?? dummy, normal ?? ''))
      return right && stored !== undefined && normal !== undefined
    },
    async hashNew(password, about) {
      const normal = checkNewPassword(password, about)
      return await queue.run(() => hashPassword(normal, cost))
    },
    async renewed(stored, password) {
      const normal = normalizePassword(password)
      if (normal === undefined || !isOutdated(stored, cost)) return undefined
      return await queue.run(() => hashPassword(normal, cost))
    },
  }
}

/** Sets the one password of a user. Hold the user's row. */
export async function setPassword(
  trx: Transaction<Schema>,
  user: string,
  hash: string,
  now: number,
): Promise<void> {
  const row = { data: hash, created: now, used: null }
  await trx
    .insertInto('credential')
    .values({ id: passwordId(user), user, kind: 'password', label: '', ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function findPassword(db: Kysely<Schema>, user: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('credential')
    .select('data')
    .where('id', '=', passwordId(user))
    .where('kind', '=', 'password')
    .executeTakeFirst()
  return row?.data
}

/**
 * Notes a use, and the hash at today's cost if there is one. False when the password is not this one any
 * more: whoever knew the old one must not get in with it after it was changed.
 */
export async function notePasswordUse(
  db: Kysely<Schema>,
  user: string,
  stored: string,
  renewed: string | undefined,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('credential')
    .set({ used: now, ...(renewed === undefined ? {} : { data: renewed }) })
    .where('id', '=', passwordId(user))
    .where('data', '=', stored)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** One row per user; ids of passkeys and recovery codes hold no colon. */
function passwordId(user: string): string {
  return `password:${user}`
}
