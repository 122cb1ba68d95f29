import { randomBytes } from 'node:crypto'
import { openDirectory } from '../../src/directory/directory.ts'
import { openClients } from '../../src/oauth/clients/clients.ts'
import type { Store } from '../../src/store/store.ts'

/** What an operator does, from a program of their own beside the gateways of a database. */
export async function openOperator(store: Store, sealKey: Uint8Array, origin: string) {
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
  return { operator: { administration, setPassword, clients }, close: directory.close }
}
