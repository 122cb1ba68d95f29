import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import { type Passkey, passkeyData, passkeyOf } from './passkeys.ts'

export async function findPasskey(
  db: Kysely<Schema>,
  id: string,
): Promise<{ readonly user: string; readonly passkey: Passkey } | undefined> {
  const row = await db
    .selectFrom('credential')
    .select(['user', 'data'])
    .where('id', '=', id)
    .where('kind', '=', 'passkey')
    .executeTakeFirst()
  return row && { user: row.user, passkey: passkeyOf(id, row.data) }
}

export async function passkeysOf(db: Kysely<Schema>, user: string): Promise<readonly Passkey[]> {
  const rows = await db
    .selectFrom('credential')
    .select(['id', 'data'])
    .where('user', '=', user)
    .where('kind', '=', 'passkey')
    .execute()
  return rows.map(({ id, data }) => passkeyOf(id, data))
}

/** False when somebody, the same user or another, has this passkey already. */
export async function keepPasskey(
  db: Kysely<Schema>,
  user: string,
  passkey: Passkey,
  label: string,
  now: number,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('credential')
    .values({
      id: passkey.id,
      user,
      kind: 'passkey',
      label,
      data: passkeyData(passkey),
      created: now,
      used: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Notes a use. False when the passkey was removed meanwhile. */
export async function notePasskeyUse(
  db: Kysely<Schema>,
  id: string,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('credential')
    .set({ used: now })
    .where('id', '=', id)
    .where('kind', '=', 'passkey')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
