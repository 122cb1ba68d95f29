import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDirectory } from '../../src/directory/directory.ts'
import { openClients } from '../../src/oauth/clients/clients.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { RunningGateway } from './gateway.ts'

/** What an operator does, from a program of their own beside the gateways of a database. */
export async function operatorOn(store: Store, sealKey: Uint8Array, origin: string) {
  const common = {
    store,
    clock: Date.now,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async () => {},
  }
  const rp = { id: new URL(origin).hostname, origin, name: 'Bailiwick' }
  const directory = openDirectory({ ...common, rp })
  const { administration: clients } = await openClients({
    ...common,
    fetchDocument: () => Promise.reject(new Error('nothing is fetched here')),
    sealKey,
  })
  const { administration, setPassword } = directory
  return {
    operator: { administration, setPassword, clients },
    directory,
    close: directory.close,
  }
}

/** Opens the database of a gateway that keeps it in SQLite. */
export async function openOperator({
  dataDir,
  issuer,
}: Pick<RunningGateway, 'dataDir' | 'issuer'>) {
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const sealKey = readFileSync(join(dataDir, 'seal.key'), 'utf8').trim()
  const opened = await operatorOn(store, Buffer.from(sealKey, 'base64url'), issuer)
  const { administration: directory, setPassword, clients } = opened.operator
  return {
    directory,
    setPassword,
    clients,
    async close() {
      await opened.close()
      await store.close()
    },
  }
}
