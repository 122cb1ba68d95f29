import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Directory, openDirectory } from '../../src/directory/directory.ts'
import type { SubjectId } from '../../src/kernel/subject.ts'
import { openClients } from '../../src/oauth/clients/clients.ts'
import { openStore } from '../../src/store/store.ts'

/** What someone types to sign in. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** What an operator does, on the database of a gateway that runs. */
export interface Operator {
  readonly people: Directory['administration']['users']
  /** Makes someone with a password. */
  person(id: string): Promise<Login>
  /** Registers a client; the operator vouches for it. */
  registerClient(id: string, redirect: string): Promise<void>
  done(): Promise<void>
}

export async function openOperator(gateway: {
  readonly dataDir: string
  readonly issuer: string
}): Promise<Operator> {
  const path = join(gateway.dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'process' })
  const common = {
    store,
    clock: Date.now,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async () => {},
  }
  const { hostname } = new URL(gateway.issuer)
  const rp = { id: hostname, origin: gateway.issuer, name: 'Bailiwick' }
  const directory = openDirectory({ ...common, rp })
  const { users } = directory.administration
  return {
    people: users,
    async person(id) {
      const login = { user: id, password: `a long word of ${id} 7` }
      await users.create({ id, name: `${id} Somebody` })
      await directory.setPassword(id as SubjectId, login.password)
      return login
    },
    async registerClient(id, redirect) {
      const { administration } = await openClients({
        ...common,
        fetchDocument: async () => {
          throw new Error('nothing is fetched here')
        },
        sealKey: new Uint8Array(32),
      })
      const method = 'none' as const
      await administration.register({ id, name: 'Console', method, redirects: [redirect] })
    },
    async done() {
      await directory.close()
      await store.close()
    },
  }
}
