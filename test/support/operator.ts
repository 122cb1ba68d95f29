import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Directory, openDirectory } from '../../src/directory/directory.ts'
import { type Clients, openClients } from '../../src/oauth/clients/clients.ts'
import { openStore } from '../../src/store/store.ts'
import type { RunningGateway } from './gateway.ts'

/** Whoever administers a gateway of tests, beside it, on its database. */
export interface Operator {
  readonly clients: Clients['administration']
  readonly directory: Directory['administration']
  close(): Promise<void>
}

/** Opens the database of a gateway that keeps it in SQLite. */
export async function openOperator({
  dataDir,
  issuer,
}: Pick<RunningGateway, 'dataDir' | 'issuer'>): Promise<Operator> {
  const store = await openStore({
    kind: 'sqlite',
    path: join(dataDir, 'bailiwick.db'),
    durability: 'full',
  })
  const sealKey = readFileSync(join(dataDir, 'seal.key'), 'utf8').trim()
  const common = {
    store,
    clock: Date.now,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async () => {},
  }
  const rp = { id: new URL(issuer).hostname, origin: issuer, name: 'Bailiwick' }
  const directory = openDirectory({ ...common, rp })
  const { administration } = await openClients({
    ...common,
    fetchDocument: () => Promise.reject(new Error('nothing is fetched here')),
    sealKey: Buffer.from(sealKey, 'base64url'),
  })
  return {
    clients: administration,
    directory: directory.administration,
    async close() {
      await directory.close()
      await store.close()
    },
  }
}
