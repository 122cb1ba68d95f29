import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { Engine } from '../migrations.ts'
import { openStore, type Store, type StoreOptions } from '../store.ts'

/** The engines that every query test runs on. */
export const ENGINES: readonly Engine[] = ['sqlite', 'postgres']

/** A database of a test's own, and a directory for the files that go with it. */
export interface FreshStore {
  readonly store: Store
  /** Opens the same database once more. */
  readonly options: StoreOptions
  readonly directory: string
  /** Closes the store and removes its files. */
  remove(): Promise<void>
}

/** Makes an empty, migrated database on the engine, the way the product does. */
export async function freshStore(engine: Engine): Promise<FreshStore> {
  const directory = await mkdtemp(join(tmpdir(), 'bailiwick-store-'))
  const options = await freshOptions(engine, directory)
  const store = await openStore(options)
  return {
    store,
    options,
    directory,
    remove: async () => {
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Where an empty database is, not yet opened. */
export async function freshOptions(engine: Engine, directory: string): Promise<StoreOptions> {
  if (engine === 'sqlite')
    return { kind: 'sqlite', path: join(directory, 'bailiwick.db'), durability: 'full' }
  // A schema is an empty database at a hundredth of the cost.
  const schema = `test_${randomBytes(8).toString('hex')}`
  const admin = new Client(inject('postgres'))
  await admin.connect()
  await admin.query(`create schema ${schema}`)
  await admin.end()
  const url = `${inject('postgres')}&options=-csearch_path%3D${schema}`
  return { kind: 'postgres', url, poolSize: 4 }
}
