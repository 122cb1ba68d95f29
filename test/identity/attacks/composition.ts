import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { startGateway } from '../../../src/cli/compose.ts'
import { loadConfig } from '../../../src/config/config.ts'
import type { DocumentHost } from '../../../src/http/outbound/testing/document-host.ts'
import { DOCUMENTS_TLS } from '../../../src/http/outbound/testing/documents-tls.ts'
import { openStore } from '../../../src/store/store.ts'
import { eventsOf, openOperator, type Scene } from './scene.ts'

export const PUBLIC = '93.184.216.34'

/**
 * A whole gateway in this process: hosts of documents on this machine cannot be reached otherwise,
 * by design. Only the names and the wires to them are ours.
 */
export interface Composition extends Pick<Scene, 'issuer' | 'operator' | 'events'> {
  /** What all names lead to. */
  addresses: readonly string[]
  /** What is at the end of every wire. */
  host: Pick<DocumentHost, 'dial'>
  /** Names that were looked up. */
  readonly asked: string[]
}

const NOBODY: Pick<DocumentHost, 'dial'> = {
  dial: () => Promise.reject(new Error('nobody is there')),
}

/** One composition for all tests of a block. `clients` is that part of the configuration. */
export function compositionOf(clients: Readonly<Record<string, unknown>>): () => Composition {
  let made: { readonly composition: Composition; close(): Promise<void> }
  beforeAll(async () => {
    made = await compose(clients)
  })
  afterAll(() => made?.close())
  return () => made.composition
}

async function compose(clients: Readonly<Record<string, unknown>>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  const file = join(dataDir, 'bailiwick.yaml')
  const listen = { port: 0 }
  writeFileSync(
    file,
    JSON.stringify({ listen, servers: {}, policies: ['observe'], identity: { clients } }),
  )
  const { config } = loadConfig({ file, dataDir, env: {}, homedir: dataDir, cwd: undefined })
  const wires = { addresses: [PUBLIC] as readonly string[], host: NOBODY, asked: [] as string[] }
  const gateway = await startGateway({
    config,
    dataDir,
    env: {},
    log: () => {},
    outbound: {
      lookup: async (name) => {
        wires.asked.push(name)
        return wires.addresses
      },
      dial: (...place) => wires.host.dial(...place),
      authorities: [DOCUMENTS_TLS.cert],
    },
  })
  const { issuer } = gateway
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'process' })
  const { operator, close } = await openOperator({ dataDir, issuer }, store)
  const events = eventsOf(store, dataDir)
  return {
    composition: Object.assign(wires, { issuer, operator, events }),
    async close() {
      await close()
      await store.close()
      await gateway.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
