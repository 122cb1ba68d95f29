import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompiledQuery, Kysely } from 'kysely'
import { expect, test } from 'vitest'
import { sqliteDialect } from './sqlite-dialect.ts'
import { walSync } from './wal-sync.ts'

test('a sync that failed once is never believed again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bailiwick-wal-'))
  const path = join(directory, 'a.db')
  closeSync(openSync(`${path}-wal`, 'w'))
  let broken = false
  const wal = walSync(path, async () => {
    if (broken) throw new Error('EIO')
  })
  await wal.sync()
  broken = true
  await expect(wal.sync()).rejects.toThrow('needs a restart')
  broken = false
  await expect(wal.sync()).rejects.toThrow('needs a restart')
  wal.close()
  rmSync(directory, { recursive: true })
})

test('no write is acknowledged before its sync, and reads do not sync', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bailiwick-wal-'))
  const events: string[] = []
  const fake = () => ({
    sync: async () => {
      await new Promise(setImmediate)
      events.push('synced')
    },
    close: () => {},
  })
  const path = join(directory, 'a.db')
  const db = new Kysely<never>({ dialect: sqliteDialect({ path, durability: 'full' }, fake) })
  const run = async (sql: string) => {
    await db.executeQuery(CompiledQuery.raw(sql))
    events.push(sql)
  }
  await run('create table t (a integer)')
  await run('insert into t values (1) returning a')
  await run('with one as (select 1 as a) insert into t select a from one')
  await run('select a from t')
  await db.transaction().execute(async (trx) => {
    await trx.executeQuery(CompiledQuery.raw('insert into t values (2)'))
    events.push('inside')
  })
  events.push('committed')
  expect(events).toEqual([
    'synced',
    'create table t (a integer)',
    'synced',
    'insert into t values (1) returning a',
    'synced',
    'with one as (select 1 as a) insert into t select a from one',
    'select a from t',
    'inside',
    'synced',
    'committed',
  ])
  await db.destroy()
  rmSync(directory, { recursive: true })
})
