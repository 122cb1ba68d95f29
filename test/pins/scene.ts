import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openPins } from '../../src/catalog/pins/pin-book.ts'
import { isObject, type Json, type JsonObject } from '../../src/kernel/json.ts'
import type { PinStatus } from '../../src/kernel/pins.ts'
import { openStore } from '../../src/store/store.ts'
import { type Answered, ask, beginSession, openSession } from '../faults/client.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { startMutableServer } from './mutable-server.ts'
import { SURFACE, type Surface } from './surface.ts'

/** A gateway before one server, whose surface changes without a word. */
export interface Scene {
  readonly gateway: RunningGateway
  show(surface: Surface): void
  /** What reached the server since the last time, besides what asks for its surface. */
  reached(): readonly string[]
  ask(server: string, method: string, params: JsonObject): Promise<Answered>
  /** Begins a session with a server; gives what a legacy client learns then. */
  begin(server: string): Promise<JsonObject>
  /** Decides on all that waits. */
  decide(status: PinStatus & ('approved' | 'rejected')): Promise<void>
  end(): Promise<void>
}

/** Servers by name: over which transport, of which era, and with which kind of client they are tried. */
export const WAYS = {
  'http-modern': { revision: 'auto', client: 'modern' },
  'http-legacy': { revision: 'legacy', client: 'legacy' },
  'stdio-modern': { revision: 'auto', client: 'legacy' },
  'stdio-legacy': { revision: 'legacy', client: 'modern' },
} as const
export type Way = keyof typeof WAYS

export async function openScene(definitions: JsonObject): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-pins-'))
  const shown = join(folder, 'surface.json')
  const log = join(folder, 'reached.txt')
  const show = (surface: Surface): void => writeFileSync(shown, JSON.stringify(surface))
  show(SURFACE)
  writeFileSync(log, '')
  const http = await startMutableServer(shown, log)
  const program = resolve('test/pins/mutable-server.ts')
  const servers = Object.fromEntries(
    Object.entries(WAYS).map(([name, { revision }]) => {
      const reach = name.startsWith('http')
        ? ({ transport: 'http', url: http.url } as const)
        : ({ transport: 'stdio', command: process.execPath, args: [program, shown, log] } as const)
      return [name, { ...reach, revision }]
    }),
  )
  const gateway = await startGateway(servers, { definitions })
  const sessions = new Map<string, string>()
  let read = 0
  return {
    gateway,
    show,
    reached() {
      const all = readFileSync(log, 'utf8').split('\n').filter(Boolean)
      const fresh = all.slice(read)
      read = all.length
      return fresh
    },
    async begin(server) {
      const { session, said } = await beginSession(gateway, server)
      sessions.set(server, session)
      return said
    },
    async ask(server, method, params) {
      const legacy = WAYS[server as Way].client === 'legacy'
      if (legacy && !sessions.has(server)) sessions.set(server, await openSession(gateway, server))
      return ask(gateway, server, method, params, legacy ? sessions.get(server) : undefined)
    },
    decide: (status) => decideAll(gateway, status),
    async end() {
      await gateway.stop()
      http.stop()
      if (existsSync(folder)) rmSync(folder, { recursive: true })
    },
  }
}

/** As another process of the operator does it: the gateway hears of it with its next look. */
async function decideAll(
  { dataDir }: RunningGateway,
  status: 'approved' | 'rejected',
): Promise<void> {
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const pins = await openPins({
    store,
    witness: async () => undefined,
    clock: Date.now,
    every: 60_000,
    judge: () => ({ findings: [], verdict: 'clean' }),
    firstSight: () => 'quarantine',
    log: () => undefined,
  })
  const by = { subject: 'user:owner', client: 'test', grant: 'test' }
  for (const one of await pins.list({ status: 'quarantined' }))
    if (one.listed) await pins.decide(by, one, status, 'a test')
  await pins.close()
  await store.close()
}

/** The items of a list that was answered, by name or URI. */
export function itemsOf({ body }: Answered, kind: string): readonly Json[] {
  const { result } = body
  const items = isObject(result) ? result[kind] : undefined
  if (!Array.isArray(items)) throw new Error(`no list of ${kind}: ${JSON.stringify(body)}`)
  return items
}
