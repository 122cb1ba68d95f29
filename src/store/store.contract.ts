import { sql, type Transaction } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Engine, MIGRATIONS, migrate } from './migrations.ts'
import type { Schema } from './schema.ts'
import { openStore } from './store.ts'
import { type FreshStore, freshOptions, freshStore } from './testing/fresh-store.ts'

/** What every engine must do: the suite that `store.test.ts` runs on each. */
export function storeContract(engine: Engine): void {
  describe(`store on ${engine}`, () => {
    let fresh: FreshStore
    beforeEach(async () => {
      fresh = await freshStore(engine)
    })
    afterEach(() => fresh.remove())

    test('keeps rows over close and open', async () => {
      const row = {
        server: 'files',
        era: 'modern',
        revision: '2026-07-28',
        seen: 1_780_000_000_000,
      }
      await fresh.store.db.insertInto('server_era').values(row).execute()
      const again = await openStore(fresh.options)
      expect(await again.db.selectFrom('server_era').selectAll().execute()).toEqual([row])
      await again.close()
    })

    test('reads large integers and counts as numbers', async () => {
      const { db } = fresh.store
      await db
        .insertInto('server_era')
        .values({ server: 's', era: 'e', revision: 'r', seen: Number.MAX_SAFE_INTEGER })
        .execute()
      const row = await db
        .selectFrom('server_era')
        .select((eb) => ['seen', eb.fn.countAll<number>().over().as('rows')])
        .executeTakeFirstOrThrow()
      expect(row).toEqual({ seen: Number.MAX_SAFE_INTEGER, rows: 1 })
    })

    test('refuses an integer that a number cannot hold', async () => {
      const query = sql`select cast(9007199254740993 as bigint) as big`.execute(fresh.store.db)
      await expect(query).rejects.toThrow(RangeError)
    })

    test('says how many rows a statement changed', async () => {
      const { db } = fresh.store
      await db.insertInto('setting').values({ key: 'a', value: '1' }).execute()
      const [changed] = await db.updateTable('setting').set({ value: '2' }).execute()
      expect(changed?.numUpdatedRows).toBe(1n)
    })

    test('rolls a failed transaction back and stays usable', async () => {
      const { db } = fresh.store
      const failed = db.transaction().execute(async (trx) => {
        await trx.insertInto('setting').values({ key: 'a', value: '1' }).execute()
        await trx.insertInto('setting').values({ key: 'a', value: '2' }).execute()
      })
      await expect(failed).rejects.toThrow(/unique/i)
      expect(await db.selectFrom('setting').selectAll().execute()).toEqual([])
      await db.insertInto('setting').values({ key: 'a', value: '3' }).execute()
    })

    test('keeps transactions apart that run at the same time', async () => {
      const { db } = fresh.store
      await db.insertInto('setting').values({ key: 'n', value: '0' }).execute()
      const add = () =>
        db.transaction().execute(async (trx) => {
          const locking = trx.selectFrom('setting').select('value').where('key', '=', 'n')
          const { value } = await (engine === 'postgres'
            ? locking.forUpdate()
            : locking
          ).executeTakeFirstOrThrow()
          await new Promise(setImmediate)
          await trx
            .updateTable('setting')
            .set({ value: String(Number(value) + 1) })
            .execute()
        })
      await Promise.all(Array.from({ length: 20 }, add))
      const { value } = await db.selectFrom('setting').select('value').executeTakeFirstOrThrow()
      expect(value).toBe('20')
    })

    test('migrates once when many start together', async () => {
      const options = await freshOptions(engine, `${fresh.directory}/together`)
      const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(options)))
      const [first] = stores
      const applied = await first?.db.selectFrom('migration').select('version').execute()
      expect(applied).toHaveLength(MIGRATIONS.length)
      await Promise.all(stores.map((store) => store.close()))
    })

    test('refuses a database from a newer version', async () => {
      const { db } = fresh.store
      const version = MIGRATIONS.length + 1
      await db.insertInto('migration').values({ version, name: 'from-tomorrow' }).execute()
      await expect(openStore(fresh.options)).rejects.toMatchObject({
        code: 'store_unavailable',
        message: 'the database was made by a newer version',
      })
    })

    test('refuses a database that other migrations made', async () => {
      await fresh.store.db.updateTable('migration').set({ name: 'someone-elses' }).execute()
      await expect(openStore(fresh.options)).rejects.toMatchObject({
        code: 'store_unavailable',
        message: 'the database was made by a different version',
      })
    })

    test('applies a failing migration not at all', async () => {
      const { db } = fresh.store
      const failing = {
        name: 'broken',
        up: async (trx: Transaction<Schema>) => {
          await trx.schema.createTable('half').addColumn('a', 'text').execute()
          throw new Error('no')
        },
      }
      await expect(migrate(db, engine, [...MIGRATIONS, failing])).rejects.toThrow('no')
      expect(await db.introspection.getTables()).not.toContainEqual(
        expect.objectContaining({ name: 'half' }),
      )
      expect(await db.selectFrom('migration').selectAll().execute()).toHaveLength(MIGRATIONS.length)
    })

    test('rejects every query after close', async () => {
      const store = await openStore(fresh.options)
      await store.close()
      await expect(store.db.selectFrom('setting').selectAll().execute()).rejects.toThrow()
    })
  })
}
