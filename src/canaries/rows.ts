import type { Selectable } from 'kysely'
import {
  CANARY_KINDS,
  type Canary,
  type CanaryKind,
  type CanaryPage,
  type KeptSighting,
} from '../kernel/canary.ts'
import type { CanaryTable } from '../store/integrity-schema.ts'
import type { Store } from '../store/store.ts'

/** A list has no more at once. */
const MOST = 500
/** Sightings that are kept of one canary: more of them say nothing new, and each is on record. */
const MOST_SIGHTINGS = 1_000

type Row = Selectable<CanaryTable>
/** What is kept of a decoy itself. */
export type Planted = Omit<Canary, 'sightings' | 'lastSeen'>

/** What was planted or retired since a moment, milliseconds since the epoch. */
export async function changedSince({ db }: Store, since: number): Promise<readonly Planted[]> {
  const rows = await db
    .selectFrom('canary')
    .selectAll()
    .where((is) => is.or([is('planted', '>=', since), is('retired', '>=', since)]))
    .execute()
  return rows.flatMap(plantedOf)
}

/** @returns whether it was not there before. */
export async function insertCanary({ db }: Store, canary: Planted): Promise<boolean> {
  const { principal = null, server = null, retired = null, ...rest } = canary
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('canary')
    .values({ ...rest, principal, server, retired })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

/** One that is retired stays as it was retired. */
export async function retireCanary({ db }: Store, id: string, at: number): Promise<void> {
  await db
    .updateTable('canary')
    .set({ retired: at })
    .where('id', '=', id)
    .where('retired', 'is', null)
    .execute()
}

export async function findCanary(store: Store, id: string): Promise<Canary | undefined> {
  const row = await store.db
    .selectFrom('canary')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? undefined : (await withSightings(store, [row]))[0]
}

export async function listCanaries(
  store: Store,
  { limit = MOST, after }: CanaryPage = {},
): Promise<readonly Canary[]> {
  let query = store.db.selectFrom('canary').selectAll().orderBy('id', 'desc')
  if (after !== undefined) query = query.where('id', '<', after)
  return withSightings(store, await query.limit(Math.min(limit, MOST)).execute())
}

async function withSightings({ db }: Store, rows: readonly Row[]): Promise<readonly Canary[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const counted = await db
    .selectFrom('canary_sighting')
    .select(({ fn }) => ['canary', fn.countAll().as('count'), fn.max('at').as('last')])
    .where('canary', 'in', ids)
    .groupBy('canary')
    .execute()
  const by = new Map(counted.map((one) => [one.canary, one]))
  return rows.flatMap(plantedOf).map((planted) => {
    const seen = by.get(planted.id)
    return {
      ...planted,
      sightings: Number(seen?.count ?? 0),
      lastSeen: seen === undefined ? undefined : Number(seen.last),
    }
  })
}

/** A kind that this version does not know cannot be recognised by it. */
function plantedOf({ kind, principal, server, retired, ...row }: Row): readonly Planted[] {
  if (!CANARY_KINDS.includes(kind as CanaryKind)) return []
  const known = kind as CanaryKind
  return [
    {
      ...row,
      kind: known,
      principal: principal ?? undefined,
      server: server ?? undefined,
      retired: retired ?? undefined,
    },
  ]
}

export async function insertSighting({ db }: Store, sighting: KeptSighting): Promise<void> {
  const { count } = await db
    .selectFrom('canary_sighting')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('canary', '=', sighting.canary)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MOST_SIGHTINGS) return
  await db
    .insertInto('canary_sighting')
    .values({ ...sighting, stopped: sighting.stopped ? 1 : 0 })
    .execute()
}

export async function listSightings(
  { db }: Store,
  { limit = MOST, after, canary }: CanaryPage & { readonly canary?: string } = {},
): Promise<readonly KeptSighting[]> {
  let query = db.selectFrom('canary_sighting').selectAll().orderBy('id', 'desc')
  if (after !== undefined) query = query.where('id', '<', after)
  if (canary !== undefined) query = query.where('canary', '=', canary)
  const rows = await query.limit(Math.min(limit, MOST)).execute()
  return rows.map(({ stopped, ...row }) => ({ ...row, stopped: stopped !== 0 }))
}
