import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { dump, files } from '../identity/secrets/dump.ts'
import { runNode } from '../support/child.ts'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'
import { setUpOwner } from '../support/owner.ts'
import { type Caller, caller, type Era } from './caller.ts'
import { freePort } from './free-port.ts'
import { makePeople, type Someone, someone } from './people.ts'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from './servers/authorization-server.ts'
import { type ResourceServer, startResourceServer } from './servers/resource-server.ts'
import { type Trace, tracesOf } from './traces.ts'

// A life of the gateway with every kind of credential; then everything it leaves is searched for them.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 })

const random = (prefix: string): string => `${prefix}${randomBytes(24).toString('base64url')}`
const SECRETS = {
  header: random('hdr_'),
  shared: random('shd_'),
  user: random('usr_'),
  other: random('oth_'),
  environment: random('env_'),
  client: random('clt_'),
}
const TOOLS = [
  { name: 'echo', annotations: { readOnlyHint: true }, inputSchema: { type: 'object' } },
]

let gateway: RunningGateway
let issuer: AuthorizationServer
let protectedServer: ResourceServer
let upstreams: Readonly<Record<Upstream, RecordingUpstream>>
const people: Someone[] = []
const received: string[] = []
const inbound = new Set<string>()
const commands: string[] = []
const dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-spread-'))

beforeAll(async () => {
  const port = await freePort()
  issuer = await startAuthorizationServer({
    opaque: true,
    clients: [
      {
        client_id: 'the-gateway',
        client_secret: SECRETS.client,
        redirect_uris: [`http://localhost:${port}/connect/callback`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
  })
  protectedServer = await startResourceServer({ issuer: issuer.issuer })
  upstreams = {
    header: await startRecordingUpstream(TOOLS, echo('header')),
    shared: await startRecordingUpstream(TOOLS, echo('shared')),
    user: await startRecordingUpstream(TOOLS, echo('user')),
  }
  const env = { HEADER_SECRET: SECRETS.header, CLIENT_SECRET: SECRETS.client }
  gateway = await startGateway(servers() as never, { listen: { port } }, { dataDir, env })
  await setUpOwner(gateway)
  await makePeople(gateway, 'ann', 'ben')
  for (const name of ['owner', 'ann', 'ben']) people.push(await someone(gateway, name))
  await live()
})
afterAll(async () => {
  await gateway?.stop()
  for (const server of [issuer, protectedServer, ...Object.values(upstreams ?? {})])
    await server?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

function servers(): Readonly<Record<string, object>> {
  const http = (url: string | undefined, more: object) => ({ transport: 'http', url, ...more })
  return {
    header: http(upstreams.header.url, {
      headers: { authorization: 'Bearer secret://env/HEADER_SECRET' },
    }),
    shared: http(upstreams.shared.url, { headers: { 'x-api-key': 'secret://vault/shared' } }),
    user: http(upstreams.user.url, { headers: { 'x-api-key': 'secret://user/mine' } }),
    local: {
      transport: 'stdio',
      command: process.execPath,
      args: [
        '--disable-warning=ExperimentalWarning',
        resolve('test/vault/servers/environment-server.ts'),
      ],
      env: { SERVICE_TOKEN: 'secret://vault/environment' },
    },
    target: http(protectedServer.url, {
      authorization: {
        client: { id: 'the-gateway', secret: 'secret://env/CLIENT_SECRET' },
      },
    }),
  }
}

type Upstream = 'header' | 'shared' | 'user'

/** A server that says what it was shown. */
function echo(name: Upstream): (params: Readonly<Record<string, unknown>>) => object {
  return (params) => ({
    content: [
      { type: 'text', text: JSON.stringify({ params, last: upstreams[name].heard.at(-1) }) },
    ],
  })
}

/** Uses every credential, in both eras, rightly and wrongly. */
async function live(): Promise<void> {
  const [owner, ann, ben] = people as [Someone, Someone, Someone]
  const kept = (name: string, value: string, server: string) => ({
    ...{ name, value, purpose: `for ${server}`, servers: [server] },
  })
  await made(owner.api('POST', '/secrets', kept('shared', SECRETS.shared, 'shared')))
  await made(owner.api('POST', '/secrets', kept('environment', SECRETS.environment, 'local')))
  await made(ann.api('POST', '/me/secrets', kept('mine', SECRETS.user, 'user')))
  await made(ben.api('POST', '/me/secrets', kept('mine', SECRETS.other, 'user')))
  for (const who of [ann, ben]) expect(await who.connect('target')).toMatchObject({ status: 200 })
  for (const era of ['modern', 'legacy'] as const)
    for (const who of [ann, ben]) await useAll(who, era)
  await issuer.expire()
  for (const who of [ann, ben]) await useAll(who, 'modern')
  await passOn(ann)
  // What a server tells of a token ends it, so this comes last.
  await use(ann, 'modern', 'target', (client) => client.call('echo_headers'))
  for (const path of ['/secrets', '/connections', '/servers', '/config', '/calls', '/events'])
    await owner.api('GET', path)
  for (const path of ['/me/secrets', '/me/connections']) await ann.api('GET', path)
  const listed = [
    ['calls', 'ls'],
    ['events', 'ls'],
    ['servers', 'ls'],
    ['config', 'show'],
  ]
  for (const args of listed)
    commands.push((await runNode(bailiwick(...args, '--json', '--data-dir', dataDir))).output)
}

async function made(answer: Promise<{ readonly status: number; readonly text: string }>) {
  const { status, text } = await answer
  if (status !== 201) throw new Error(`${status}: ${text}`)
}

async function useAll(who: Someone, era: Era): Promise<void> {
  for (const server of ['header', 'shared', 'user']) {
    const { isError, text } = await use(who, era, server, (client) =>
      client.call('echo', { text: 'something' }),
    )
    expect({ server, isError, text }).toMatchObject({ isError: false })
  }
  const told = await use(who, era, 'local', (client) => client.call('environment'))
  expect(told.text).toContain('SERVICE_TOKEN')
  const me = await use(who, era, 'target', (client) => client.call('whoami'))
  expect(JSON.parse(me.text)).toMatchObject({ sub: who.name })
}

async function use<T>(
  { name }: Someone,
  era: Era,
  server: string,
  work: (client: Caller, token: string) => Promise<T>,
): Promise<T> {
  const path = `/mcp/${server}`
  const token = await gateway.tokenFor(path, { subject: `user:${name}` })
  inbound.add(token)
  const client = await caller(`${gateway.origin}${path}`, token, { era })
  try {
    return await work(client, token)
  } finally {
    received.push(...client.received)
    await client.close()
  }
}

/** Somebody says their own token, in several ways. */
async function passOn(who: Someone): Promise<void> {
  for (const era of ['modern', 'legacy'] as const)
    for (const form of ['utf8', 'base64', 'hex'] as const)
      await use(who, era, 'header', (client, token) =>
        client.call('echo', { text: `my token is ${Buffer.from(token).toString(form)}` }),
      )
}

function credentials(): ReadonlyMap<string, string> {
  const { access, refresh } = issuer.tokens()
  const named = Object.entries(SECRETS).map(([name, value]) => [value, `secret ${name}`] as const)
  return new Map([
    ...named,
    ...access.map((value) => [value, 'access token'] as const),
    ...refresh.map((value) => [value, 'refresh token'] as const),
    ...inboundTokens(),
  ])
}

const inboundTokens = () => [...inbound].map((value) => [value, 'inbound token'] as const)

test('all were used', () => {
  const shown = [
    ...upstreams.header.heard,
    ...upstreams.shared.heard,
    ...upstreams.user.heard,
  ].join('\n')
  for (const name of ['header', 'shared', 'user', 'other'] as const)
    expect(shown).toContain(SECRETS[name])
  const { access, refresh } = issuer.tokens()
  expect(access.length).toBeGreaterThanOrEqual(4)
  expect(refresh.length).toBeGreaterThanOrEqual(4)
  expect(issuer.heard.some(({ headers }) => headers['authorization']?.startsWith('Basic '))).toBe(
    true,
  )
  expect(inbound.size).toBeGreaterThan(20)
})

test('no server is shown an inbound token, or what is for another', () => {
  const mine = {
    header: [SECRETS.header],
    shared: [SECRETS.shared],
    user: [SECRETS.user, SECRETS.other],
  }
  for (const name of ['header', 'shared', 'user'] as const) {
    const foreign = new Map([...credentials()].filter(([value]) => !mine[name].includes(value)))
    const found = tracesOf(foreign)(upstreams[name].heard.join('\n'))
    expect({ name, found }).toEqual({ name, found: [] })
  }
  const trace = tracesOf(new Map(inboundTokens()))
  for (const { raw } of [...protectedServer.heard, ...issuer.heard]) expect(trace(raw)).toEqual([])
})

test('nobody is told a credential', () => {
  const trace = tracesOf(credentials())
  expect(trace(received.join('\n'))).toEqual([])
  for (const { answers } of people) expect(trace(answers.join('\n'))).toEqual([])
  expect(trace(commands.join('\n'))).toEqual([])
})

test('nothing that is kept or written holds one', async () => {
  const trace = tracesOf(credentials())
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'process' })
  const tables = await dump(store)
  await store.close()
  expect(Object.keys(tables)).toEqual(
    expect.arrayContaining(['table vault_secret', 'table vault_connection', 'table record']),
  )
  // The write-ahead log is there while it runs, and goes with it.
  const log = Object.entries(files(dataDir)).filter(([name]) => name.endsWith('-wal'))
  expect(log).toHaveLength(1)
  const running = findAll(Object.fromEntries(log), trace)
  await gateway.child.stop()
  expect(findAll(tables, trace)).toEqual([])
  expect(running).toEqual([])
  expect(findAll(files(dataDir), trace)).toEqual([])
  expect(trace(gateway.child.output())).toEqual([])
})

test('the search would find them', async () => {
  const trace = tracesOf(credentials())
  for (const [value, what] of credentials()) {
    const part = value.slice(-20)
    expect(trace(`in a log: ${Buffer.from(part).toString('base64')}`)).toContain(what)
  }
  const path = join(dataDir, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'process' })
  await store.db
    .insertInto('once')
    .values({ key: `a ${SECRETS.user.slice(3, 17)}`, expires: 0 })
    .execute()
  expect(findAll(await dump(store), trace)).toEqual(['secret user in table once'])
  await store.close()
})

function findAll(places: Readonly<Record<string, Uint8Array>>, trace: Trace): readonly string[] {
  return Object.entries(places).flatMap(([name, bytes]) =>
    trace(bytes).map((what) => `${what} in ${name}`),
  )
}
