import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ShownConnection } from '../admin/vault/views.ts'
import { configFrom } from '../config/config.ts'
import { openStore } from '../store/store.ts'
import type { AdminClient } from './admin/admin-client.ts'
import { type ConnectOptions, leadAndWait } from './commands/connections.ts'
import type { Context } from './context.ts'
import { createPlace } from './testing/command-line.ts'

const NOW = Date.UTC(2026, 10, 22)
const remote = (more: object) => ({ transport: 'http', url: 'https://crm.example/mcp', ...more })
const CONFIG = configFrom(
  {
    servers: {
      crm: remote({}),
      mail: remote({ authorization: { holder: 'shared' } }),
      db: remote({ headers: { Authorization: 'secret://env/KEY' } }),
    },
  },
  '/tmp',
  { env: {}, homedir: '/tmp' },
)

const CRM: ShownConnection = {
  ...{ server: 'crm', owner: 'user:owner', kind: 'authorization-code', status: 'connected' },
  ...{ issuer: 'https://login.crm.example', resource: 'https://crm.example/mcp', client: 'gate' },
  ...{ scopes: ['read'], wanted: [], bound: true, refreshable: true },
  created: new Date(NOW).toISOString(),
}

/** What the gateway has, look by look; the last stays. */
let looks: (readonly ShownConnection[])[] = []
const asked: unknown[] = []
beforeEach(() => void asked.splice(0))

const admin: AdminClient = {
  config: CONFIG,
  issuer: () => 'https://gate.example',
  ask: async (id, input) => {
    asked.push([id, input])
    const now = looks.length > 1 ? looks.shift() : looks[0]
    return { items: now ?? [] } as never
  },
}

function terminal(signal = new AbortController().signal) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const context = {
    options: { json: true, quiet: false, config: undefined, dataDir: undefined },
    ...{ env: {}, stdout, stderr, color: false, signal },
  } as unknown as Context
  const read = (stream: PassThrough) => String(stream.read() ?? '')
  return { context, out: () => read(stdout), talk: () => read(stderr) }
}

function connect(
  { context }: ReturnType<typeof terminal>,
  server: string,
  options: Partial<ConnectOptions> = {},
) {
  return leadAndWait(context, admin, server, { open: false, again: false, ...options }, 5)
}

describe('connect', () => {
  test('leads a person to the console, and waits until they have', async () => {
    const shown = terminal()
    looks = [[], [], [{ ...CRM, status: 'reauth_required' }], [CRM]]
    expect(await connect(shown, 'crm')).toBe('ok')
    expect(shown.talk()).toContain('https://gate.example/console/connections?connect=crm\n')
    expect(JSON.parse(shown.out())).toEqual({ connection: CRM })
    expect(asked[0]).toEqual([
      'connections.list',
      { server: 'crm', owner: 'user:owner', limit: 200, cursor: undefined },
    ])
  })

  test('does not wait for what is there, unless it is to be had again, or more is wanted', async () => {
    looks = [[CRM]]
    const shown = terminal()
    expect(await connect(shown, 'crm')).toBe('ok')
    expect([asked.length, shown.talk()]).toEqual([1, expect.stringContaining('connected already')])
    const later = { ...CRM, created: new Date(NOW + 5).toISOString() }
    looks = [[CRM], [CRM], [later]]
    const again = terminal()
    expect(await connect(again, 'crm', { again: true })).toBe('ok')
    expect(JSON.parse(again.out())).toEqual({ connection: later })
    const lacking = { ...CRM, wanted: ['write'] }
    looks = [[lacking], [lacking], [{ ...later, wanted: ['write'] }]]
    const declined = terminal()
    expect(await connect(declined, 'crm')).toBe('ok')
    expect([looks.length, declined.talk()]).toEqual([
      1,
      expect.stringContaining('not granted: write'),
    ])
  })

  test('ends with findings when nobody waits any more', async () => {
    const stop = new AbortController()
    looks = [[]]
    const shown = terminal(stop.signal)
    const waiting = connect(shown, 'crm', { user: 'ann' })
    stop.abort()
    expect(await waiting).toBe('findings')
    expect(shown.talk()).toContain('crm is not connected')
    expect(asked[0]).toMatchObject(['connections.list', { owner: 'user:ann' }])
  })

  test('of all is all’s, whoever asks', async () => {
    looks = [[{ ...CRM, server: 'mail', owner: 'shared' }]]
    expect(await connect(terminal(), 'mail', { as: 'user:ann' })).toBe('ok')
    expect(asked[0]).toMatchObject(['connections.list', { owner: 'shared' }])
    await expect(connect(terminal(), 'mail', { user: 'ann' })).rejects.toMatchObject({
      exit: 'usage',
    })
  })

  test.each(['gone', 'toString', 'db'])('nobody connects to %s', async (server) => {
    await expect(connect(terminal(), server)).rejects.toMatchObject({ exit: 'usage' })
    expect(asked).toEqual([])
  })
})

describe('without a gateway', () => {
  const place = createPlace()
  place.file('bailiwick.yaml', 'dataDir: data\nservers: {}\npolicies: [./policies]\n')

  test('ls reads the store, and nothing that is sealed', async () => {
    const none = await place.run(['connections', 'ls', '--json'])
    expect([none.code, JSON.parse(none.stdout)]).toEqual([0, { connections: [] }])
    await storeOf(join(place.root, 'data'))
    const { code, stdout } = await place.run(['connections', 'ls', '--json', '--server', 'crm'])
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { connections: [{ ...CRM, refreshable: false }] },
    ])
    expect(stdout).not.toContain('sealed-')
    const table = await place.run(['connections', 'ls', '--user', 'eve'])
    expect(table.stdout).toMatch(/^SERVER .*BOUND\nwiki\s+user:eve\s+reauth_required/)
  })

  test('connect and disconnect say how to start one', async () => {
    for (const what of ['connect', 'disconnect']) {
      const { code, stderr } = await place.run(['connections', what, 'crm'])
      expect([code, stderr]).toEqual([5, expect.stringContaining('bailiwick up')])
    }
  })
})

async function storeOf(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true })
  const store = await openStore({
    kind: 'sqlite',
    path: join(dataDir, 'bailiwick.db'),
    durability: 'process',
  })
  const row = {
    ...{ kind: 'authorization-code', issuer: CRM.issuer, resource: CRM.resource, client: 'gate' },
    ...{ scopes: '["read"]', wanted: '[]', version: 1, key_id: 'k', wrapped: 'sealed-key' },
    ...{ access: 'sealed-access', refresh: '', created: NOW, refreshed: null, used: null },
    ...{ expires: null, lease: null, holder: null, reason: null },
  }
  await store.db
    .insertInto('vault_connection')
    .values([
      { ...row, server: 'crm', owner: 'user:owner', status: 'connected', proof: 'sealed-proof' },
      { ...row, server: 'wiki', owner: 'user:eve', status: 'reauth_required', proof: '' },
    ])
    .execute()
  await store.close()
}
