import { OWNERS } from '../kernel/subject.ts'
import { LOCAL, setGroups } from './groups.ts'
import type { Parts } from './parts.ts'
import { makeLink } from './user-administration.ts'
import { findUser } from './users.ts'

export const OWNER = 'owner'

/**
 * Sees to it that the first user is there: `owner` in the group `owners`, made at the first start and
 * never again. While they have nothing to log in with, each start makes a new setup link and voids the
 * one before.
 *
 * @returns `link`, the secret of the setup link, if there is one.
 */
export async function ensureOwner(parts: Parts): Promise<{ readonly link?: string }> {
  const { store, clock } = parts
  const now = clock()
  await store.db.transaction().execute(async (trx) => {
    const row = { name: 'Owner', status: 'active', provider: null, created: now, seen: null }
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('user_account')
      .values({ id: OWNER, ...row })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 1n) await setGroups(trx, 'user', OWNER, LOCAL, [OWNERS])
  })
  const owner = await findUser(store.db, OWNER)
  if (owner?.status !== 'active' || (await canLogIn(parts))) return {}
  const { secret } = await makeLink(parts, OWNER, 'setup', 'owner.invited')
  return { link: secret }
}

async function canLogIn({ store }: Parts): Promise<boolean> {
  const row = await store.db
    .selectFrom('credential')
    .select('id')
    .where('user', '=', OWNER)
    .where('kind', 'in', ['password', 'passkey'])
    .executeTakeFirst()
  return row !== undefined
}
