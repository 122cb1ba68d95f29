import type { Kysely, Selectable } from 'kysely'
import type { CredentialOwner } from '../../kernel/credential.ts'
import type { SecretName } from '../../kernel/vault.ts'
import { type Change, noteChanges } from '../../store/note-change.ts'
import type { Schema } from '../../store/schema.ts'
import type { VaultSecretTable } from '../../store/vault-schema.ts'

type Db = Kysely<Schema>
export type SecretRow = Selectable<VaultSecretTable>

/** Rows of one owner, or of all; of one name, or of all. The current version stands first. */
export function listRows(
  db: Db,
  owner?: CredentialOwner,
  name?: string,
): Promise<readonly SecretRow[]> {
  let query = db.selectFrom('vault_secret').selectAll()
  if (owner !== undefined) query = query.where('owner', '=', owner)
  if (name !== undefined) query = query.where('name', '=', name)
  return query.orderBy('owner').orderBy('name').orderBy('version', 'desc').execute()
}

/** The current version and the one before it, as far as they are there. */
export async function findRows(
  db: Db,
  { name, owner }: SecretName,
): Promise<{ readonly current?: SecretRow; readonly previous?: SecretRow }> {
  const rows = await listRows(db, owner, name)
  const current = rows.find(({ state }) => state === 'current')
  const previous = rows.find(({ state }) => state === 'previous')
  return { ...(current && { current }), ...(previous && { previous }) }
}

export async function countOf(db: Db, owner: CredentialOwner): Promise<number> {
  const { count } = await db
    .selectFrom('vault_secret')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('owner', '=', owner)
    .where('state', '=', 'current')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** @returns whether it was not there before. */
export async function insertRow(db: Db, row: SecretRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('vault_secret')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

/** @returns how many versions there were. */
export async function deleteRows(
  db: Db,
  { name, owner }: SecretName,
  state?: 'previous',
): Promise<number> {
  let query = db.deleteFrom('vault_secret').where('name', '=', name).where('owner', '=', owner)
  if (state !== undefined) query = query.where('state', '=', state)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}

/** Removes versions whose overlap is over. */
export async function forgetOver(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('vault_secret')
    .where('state', '=', 'previous')
    .where('expires', '<=', now)
    .execute()
}

/** Lets all replicas forget what they have of a secret in memory. Belongs into the transaction. */
export function noteSecret(
  db: Db,
  { name, owner }: SecretName,
  what: Change['what'],
  at: number,
): Promise<void> {
  return noteChanges(db, [{ kind: 'credential', id: `secret:${name} ${owner}`, what }], at)
}
