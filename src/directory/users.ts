import { type Kysely, sql, type Transaction } from 'kysely'
import type { AccountStatus, User } from '../kernel/accounts.ts'
import type { SubjectId } from '../kernel/subject.ts'
import type { UserTable } from '../store/identity-schema.ts'
import type { Schema } from '../store/schema.ts'
import { groupsOf, type Membership, namesOf } from './groups.ts'
import { limitOf, type Page, type PageRequest, pageOf, positionOf } from './page.ts'

/** A user as administration sees them. */
export interface ListedUser extends User {
  readonly memberships: readonly Membership[]
}

export interface UserQuery extends PageRequest {
  readonly status?: AccountStatus
  readonly group?: string
}

/** Milliseconds since the epoch before which a subject must have been in use last to be listed. */
export interface StaleQuery extends PageRequest {
  readonly before: number
}

/** When a subject was last in use; who never was, is as old as the account. */
export const LAST_USE = sql<number>`coalesce(seen, created)`

/** Asked for each call: the account and its groups in one statement. */
export async function findUser(db: Kysely<Schema>, id: string): Promise<User | undefined> {
  const rows = await db
    .selectFrom('user_account')
    .leftJoin('group_member', (join) =>
      join
        .on('group_member.kind', '=', 'user')
        .onRef('group_member.subject', '=', 'user_account.id'),
    )
    .selectAll('user_account')
    .select(['group_member.group', 'group_member.source'])
    .where('user_account.id', '=', id)
    .orderBy('group_member.group')
    .execute()
  const [row] = rows
  if (row === undefined) return undefined
  return userOf(
    row,
    rows.flatMap(({ group, source }) =>
      group === null || source === null ? [] : [{ group, source }],
    ),
  )
}

/** By id. */
export async function listUsers(db: Kysely<Schema>, query: UserQuery): Promise<Page<ListedUser>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'string')
  const { group, status } = query
  const rows = await db
    .selectFrom('user_account')
    .selectAll()
    .$if(status !== undefined, (all) => all.where('status', '=', String(status)))
    .$if(group !== undefined, (all) =>
      all.where('id', 'in', (eb) =>
        eb
          .selectFrom('group_member')
          .select('subject')
          .where('kind', '=', 'user')
          .where('group', '=', String(group)),
      ),
    )
    .$if(after !== undefined, (all) => all.where('id', '>', String(after?.[0])))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return await withGroups(db, rows, limit, ({ id }) => [id, id])
}

/** Active users who were not in use since `before`; the longest unused first. */
export async function staleUsers(db: Kysely<Schema>, query: StaleQuery): Promise<Page<ListedUser>> {
  const limit = limitOf(query)
  const after = positionOf(query, 'number')
  const rows = await db
    .selectFrom('user_account')
    .selectAll()
    .where(LAST_USE, '<', query.before)
    .where('status', '=', 'active')
    .$if(after !== undefined, (all) => all.where(afterLastUse(after ?? [0, ''])))
    .orderBy(LAST_USE)
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return await withGroups(db, rows, limit, (row) => [row.seen ?? row.created, row.id])
}

/** In the order of `LAST_USE`, then id: what comes after a row. */
export function afterLastUse([at, id]: readonly [number, string]) {
  // The first condition says what the second implies, so that SQLite begins there in the index.
  return sql<boolean>`${LAST_USE} >= ${at} and (${LAST_USE}, id) > (${at}, ${id})`
}

async function withGroups(
  db: Kysely<Schema>,
  rows: readonly UserTable[],
  limit: number,
  position: (row: UserTable) => readonly [number | string, string],
): Promise<Page<ListedUser>> {
  const groups = await groupsOf(
    db,
    'user',
    rows.map(({ id }) => id),
  )
  return pageOf(rows, limit, position, (row) => {
    const memberships = groups.get(row.id) ?? []
    const shown = memberships.map(({ group, source }) => ({ group, source }))
    return { ...userOf(row, memberships), memberships: shown }
  })
}

export function userOf(row: UserTable, memberships: readonly Membership[]): User {
  return {
    id: row.id as SubjectId,
    name: row.name,
    // What is not known to be active is not.
    status: row.status === 'active' ? 'active' : 'disabled',
    groups: namesOf(memberships),
    ...(row.provider === null ? {} : { provider: row.provider }),
    created: row.created,
    ...(row.seen === null ? {} : { seen: row.seen }),
  }
}

/**
 * Holds the row of an active user until the transaction ends, so that nobody disables them meanwhile and
 * what is done to one user is done in turn. False: there is no such active user.
 */
export async function holdActiveUser(trx: Transaction<Schema>, id: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('user_account')
    .set({ id })
    .where('id', '=', id)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
