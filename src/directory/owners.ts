import { type Kysely, sql, type Transaction } from 'kysely'
import { OWNERS } from '../kernel/subject.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { invalid } from './names.ts'

/** Whoever may take an owner away waits for others on PostgreSQL; on SQLite writers do so anyway. */
const LOCK = 7_215_900_144

/**
 * Changes a user in a transaction, unless nobody would be left who administers: two owners who take
 * each other's right away at once do not both succeed.
 *
 * @throws GatewayError `params_invalid` for the last active owner; nothing is changed then.
 */
export async function keepingAnOwner<T>(
  { db, engine }: Store,
  id: string,
  change: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return await db.transaction().execute(async (trx) => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
    const owners = await activeOwners(trx)
    const changed = await change(trx)
    if (owners.includes(id) && (await activeOwners(trx)).length === 0) throw lastOwner()
    return changed
  })
}

/** Refuses what cannot be before anything of it is witnessed. @throws GatewayError `params_invalid`. */
export async function requireOtherOwner({ db }: Store, id: string): Promise<void> {
  const owners = await activeOwners(db)
  if (owners.includes(id) && owners.length === 1) throw lastOwner()
}

async function activeOwners(db: Kysely<Schema>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('user_account')
    .innerJoin('group_member', 'group_member.subject', 'user_account.id')
    .select('user_account.id')
    .distinct()
    .where('user_account.status', '=', 'active')
    .where('group_member.kind', '=', 'user')
    .where('group_member.group', '=', OWNERS)
    .execute()
  return rows.map(({ id }) => id)
}

function lastOwner() {
  return invalid('this is the last active owner; make somebody else an owner first')
}
