import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Directory, openDirectory } from '../../src/directory/directory.ts'
import type { SubjectId } from '../../src/kernel/subject.ts'
import { openClients } from '../../src/oauth/clients/clients.ts'
import { openStore } from '../../src/store/store.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { launchChromium } from './chromium.ts'

/** The host of web clients; it is this machine. */
export const WEB_HOST = 'client.example'

/** A gateway that runs, and browsers before it. */
export interface Scene {
  readonly gateway: RunningGateway
  /** What an operator does to people. */
  readonly people: Directory['administration']['users']
  /** Makes someone with a password. */
  person(id: string): Promise<Login>
  /** Registers a web client, as an operator does. */
  registerClient(id: string, redirect: string): Promise<void>
  /** Opens a browser that shares nothing with the others. */
  visitor(options?: BrowserContextOptions): Promise<Page>
  close(): Promise<void>
}

/** What someone types to sign in. */
export interface Login {
  readonly user: string
  readonly password: string
}

const TOOLS = [
  tool('list_notes', { readOnlyHint: true }),
  tool('write_note', { readOnlyHint: false, destructiveHint: false }),
  tool('delete_note', { destructiveHint: true }),
]

function tool(name: string, annotations: object): object {
  return { name, annotations, inputSchema: { type: 'object', properties: {} } }
}

/** Starts all of it. `config` and `env` are for the gateway. */
export async function openScene(
  config: Readonly<Record<string, unknown>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const [browser, upstream] = await Promise.all([launchChromium(), startRecordingUpstream(TOOLS)])
  try {
    return await around(browser, upstream, config, env)
  } catch (error) {
    await Promise.all([browser.close(), upstream.stop()])
    throw error
  }
}

async function around(
  browser: Browser,
  upstream: RecordingUpstream,
  { identity = {}, ...config }: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
): Promise<Scene> {
  const clients = { dynamicRegistration: 'listed', hosts: [WEB_HOST] }
  const gateway = await startGateway(
    { notes: { transport: 'http', url: upstream.url } },
    { identity: { clients, ...(identity as object) }, ...config },
    { env },
  )
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
  await listTools(gateway)
  return {
    gateway,
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
    async visitor(options) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options })
      context.setDefaultTimeout(10_000)
      return context.newPage()
    },
    async close() {
      await browser.close()
      await directory.close()
      await store.close()
      await gateway.stop()
      await upstream.stop()
    },
  }
}

/** Single tools can be asked for once they are known. */
async function listTools({ origin, token }: RunningGateway): Promise<void> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const response = await fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token('/mcp')}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } }),
  })
  expect(await response.text()).toContain('list_notes')
}
