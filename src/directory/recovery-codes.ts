import { randomBytes } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import { sha256 } from '../kernel/hash.ts'
import type { RandomId } from '../kernel/ports.ts'
import type { Schema } from '../store/schema.ts'

const COUNT = 10
/** Crockford's base 32: nothing in it looks like something else in it. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** 130 bits. So much cannot be guessed from a digest, however fast: it needs no slow hash. */
const LENGTH = 26
const CODE = /^[0-9a-hjkmnp-tv-z]{26}$/

/** Replaces all recovery codes of a user. @returns the new ones, as they are shown once. */
export async function replaceRecoveryCodes(
  trx: Transaction<Schema>,
  user: string,
  now: number,
  randomId: RandomId,
): Promise<readonly string[]> {
  const codes = Array.from({ length: COUNT }, newCode)
  await trx
    .deleteFrom('credential')
    .where('user', '=', user)
    .where('kind', '=', 'recovery')
    .execute()
  await trx
    .insertInto('credential')
    .values(
      codes.map((code) => ({
        id: randomId(),
        user,
        kind: 'recovery',
        label: '',
        data: sha256(code),
        created: now,
        used: null,
      })),
    )
    .execute()
  return codes.map((code) => code.replace(/(.{5})(?=.{5})/g, '$1-'))
}

/**
 * Uses a code of an active user up. True for one caller of each code, however many there are at once. The
 * same statement runs for users and codes that do not exist.
 */
export async function consumeRecoveryCode(
  db: Kysely<Schema>,
  user: string,
  code: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('credential')
    .set({ used: now })
    .where('user', '=', user)
    .where('kind', '=', 'recovery')
    .where('data', '=', sha256(readCode(code)))
    .where('used', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('user_account')
          .select(sql`1`.as('one'))
          .where('id', '=', user)
          .where('status', '=', 'active'),
      ),
    )
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** How many codes a user has left. */
export async function recoveryCodesLeft(db: Kysely<Schema>, user: string): Promise<number> {
  const { left } = await db
    .selectFrom('credential')
    .select((eb) => eb.fn.countAll<number>().as('left'))
    .where('user', '=', user)
    .where('kind', '=', 'recovery')
    .where('used', 'is', null)
    .executeTakeFirstOrThrow()
  return left
}

function newCode(): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % 32]).join('')
}

/** A code as people copy it: in capitals, with or without dashes, O for 0 and I or L for 1. */
function readCode(text: string): string {
  const code = text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1')
  return CODE.test(code) ? code : ''
}
