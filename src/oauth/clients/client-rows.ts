import { type Kysely, type Selectable, sql } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { ClientTrust } from '../../kernel/subject.ts'
import type { OauthClientTable } from '../../store/identity-schema.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'

/** Registrations take turns on PostgreSQL, so that quotas are exact. */
const LOCK = 7_215_900_143

export type ClientRow = Selectable<OauthClientTable>

/** How many dynamic clients there may be. */
export interface Quota {
  readonly all: number
  readonly perSource: number
}

export interface ClientQuery {
  readonly trust?: ClientTrust
  /** Those without any use since then; created before it, too. Milliseconds since the epoch. */
  readonly unusedSince?: number
  /** At most 1,000, which is the default. */
  readonly limit?: number
  /** The last id of the page before. */
  readonly after?: string
}

/** The rows of clients. Everything rejects with `store_unavailable` when the database does not answer. */
export interface ClientRows {
  find(id: string): Promise<ClientRow | undefined>
  list(query: ClientQuery): Promise<readonly ClientRow[]>
  /** False when there is one of this id. */
  add(row: ClientRow): Promise<boolean>
  /** Adds a dynamic client if the quotas leave room, in one step for all replicas. */
  addWithin(quota: Quota, row: ClientRow, now: number): Promise<'added' | 'full' | 'source-full'>
  /** Writes the row, or makes an active one that is there like it; its times of creation and use stay. */
  put(row: ClientRow): Promise<void>
  /** Replicas hear of it. False when there is none. A client that is disabled is not forgotten. */
  setStatus(id: string, status: Pick<ClientRow, 'status' | 'expires'>, at: number): Promise<boolean>
  setMetadata(id: string, metadata: string): Promise<boolean>
  /** Notes a use of a client that is active and not over, and with it when it is forgotten. */
  touch(id: string, used: number, expires: number | null): Promise<boolean>
  /** Replicas hear of it. False when there is none. */
  remove(id: string, at: number): Promise<boolean>
  /** Removes it unless it was used meanwhile. */
  removeExpired(id: string, now: number): Promise<boolean>
  expired(now: number, limit: number): Promise<readonly ClientRow[]>
}

export function clientRows({ db, engine }: Store): ClientRows {
  const clients = () => db.selectFrom('oauth_client').selectAll()
  return {
    find: (id) => answered(clients().where('id', '=', id).executeTakeFirst()),
    list: (query) => answered(listed(db, query)),
    add: (row) => answered(insert(db, row)),
    addWithin: (quota, row, now) =>
      answered(
        db.transaction().execute(async (trx) => {
          if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
          const full = await fullQuota(trx, quota, row.source, now)
          if (full !== undefined) return full
          await insert(trx, row)
          return 'added'
        }),
      ),
    put: (row) => answered(upsert(db, row)),
    setStatus: (id, status, at) =>
      answered(
        db.transaction().execute(async (trx) => {
          const { numUpdatedRows } = await trx
            .updateTable('oauth_client')
            .set(status)
            .where('id', '=', id)
            .executeTakeFirst()
          if (numUpdatedRows === 0n) return false
          const what = status.status === 'active' ? 'changed' : 'revoked'
          await noteChanges(trx, [{ kind: 'client', id, what }], at)
          return true
        }),
      ),
    setMetadata: async (id, metadata) => {
      const updating = db.updateTable('oauth_client').set({ metadata }).where('id', '=', id)
      return (await answered(updating.executeTakeFirst())).numUpdatedRows > 0n
    },
    touch: async (id, used, expires) => {
      const updating = db
        .updateTable('oauth_client')
        .set({ used, expires })
        .where('id', '=', id)
        .where('status', '=', 'active')
        .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', used)]))
      return (await answered(updating.executeTakeFirst())).numUpdatedRows > 0n
    },
    remove: (id, at) => answered(removed(db, id, at)),
    removeExpired: (id, now) => answered(removed(db, id, now, now)),
    expired: (now, limit) =>
      answered(clients().where('expires', '<=', now).orderBy('expires').limit(limit).execute()),
  }
}

const PAGE = 1_000

function listed(db: Kysely<Schema>, query: ClientQuery): Promise<readonly ClientRow[]> {
  const { trust, unusedSince, after } = query
  let rows = db.selectFrom('oauth_client').selectAll()
  if (trust !== undefined) rows = rows.where('trust', '=', trust)
  if (after !== undefined) rows = rows.where('id', '>', after)
  if (unusedSince !== undefined)
    rows = rows
      .where('created', '<', unusedSince)
      .where((eb) => eb.or([eb('used', 'is', null), eb('used', '<', unusedSince)]))
  return rows
    .orderBy('id')
    .limit(Math.min(query.limit ?? PAGE, PAGE))
    .execute()
}

async function insert(db: Kysely<Schema>, row: ClientRow): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('oauth_client')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

async function upsert(db: Kysely<Schema>, row: ClientRow): Promise<void> {
  const { name, metadata, expires } = row
  await db
    .insertInto('oauth_client')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ name, metadata, expires })
        .where('oauth_client.status', '=', 'active'),
    )
    .execute()
}

async function fullQuota(
  trx: Kysely<Schema>,
  quota: Quota,
  source: string | null,
  now: number,
): Promise<'full' | 'source-full' | undefined> {
  const { all, same } = await trx
    .selectFrom('oauth_client')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn.countAll<number>().filterWhere('source', '=', source).as('same'),
    ])
    .where('trust', '=', 'dynamic')
    .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', now)]))
    .executeTakeFirstOrThrow()
  if (all >= quota.all) return 'full'
  return same >= quota.perSource ? 'source-full' : undefined
}

function removed(db: Kysely<Schema>, id: string, at: number, expiredAt?: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    let deleting = trx.deleteFrom('oauth_client').where('id', '=', id)
    if (expiredAt !== undefined) deleting = deleting.where('expires', '<=', expiredAt)
    const { numDeletedRows } = await deleting.executeTakeFirst()
    if (numDeletedRows === 0n) return false
    await noteChanges(trx, [{ kind: 'client', id, what: 'revoked' }], at)
    return true
  })
}

async function answered<T>(query: Promise<T>): Promise<T> {
  try {
    return await query
  } catch (error) {
    throw unavailable(error)
  }
}

function unavailable(cause: unknown): GatewayError {
  return new GatewayError('store_unavailable', 'the database does not answer', { cause })
}
