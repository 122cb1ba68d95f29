import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { caller } from './caller.ts'
import { freePort } from './free-port.ts'
import { type GatewayHere, startHere } from './gateway-here.ts'
import { makePeople, type Someone, someone } from './people.ts'
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from './servers/authorization-server.ts'
import { startDemoAuthorizationServer } from './servers/demo-server.ts'
import { type ResourceServer, startResourceServer } from './servers/resource-server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

// Each way in which the gateway has tokens, at authorization servers that are not ours.

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const SECRET = 'a secret of the machine 27182818'

let gateway: GatewayHere
let issuer: AuthorizationServer
const servers = new Map<string, ResourceServer>()
const closing: (() => Promise<void>)[] = []
const people = new Map<string, Someone>()

beforeAll(async () => {
  const port = await freePort()
  issuer = await startAuthorizationServer({
    clients: [
      {
        client_id: 'machine',
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
      {
        client_id: 'signing',
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [key.publicKey.export({ format: 'jwk' }) as { kty: 'EC' }] },
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`http://localhost:${port}/connect/callback`],
      },
    ],
  })
  const demo = await startDemoAuthorizationServer()
  closing.push(demo.stop, issuer.stop)
  const authorizations: Readonly<Record<string, object>> = {
    demo: {},
    bound: { dpop: 'required' },
    unbound: { dpop: 'off' },
    shared: { holder: 'shared' },
    machine: {
      ...{ kind: 'client-credentials', holder: 'shared', scopes: ['read'] },
      client: { id: 'machine', secret: 'secret://env/MACHINE' },
    },
    signing: { client: { id: 'signing', key: 'secret://env/SIGNING' } },
    shown: { kind: 'none' },
  }
  for (const name of Object.keys(authorizations)) {
    const own = { issuer: issuer.issuer }
    const options = name === 'demo' ? { issuer: demo.issuer, verify: demo.verify } : own
    const server = await startResourceServer(options)
    servers.set(name, server)
    closing.push(server.stop)
  }
  const config = [...servers].map(([name, { url }]) => [
    name,
    { transport: 'http', url, authorization: authorizations[name] },
  ])
  const pem = String(key.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const env = { MACHINE: SECRET, SIGNING: pem }
  gateway = await startHere(Object.fromEntries(config), env, { listen: { port } })
  closing.push(gateway.stop)
  await makePeople(gateway, 'ann', 'ben')
  for (const name of ['owner', 'ann', 'ben']) people.set(name, await someone(gateway, name))
})
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const who = (name: string): Someone => people.get(name) as Someone

async function whoami(name: string, server: string) {
  const token = await gateway.tokenFor('/mcp', { subject: `user:${name}` })
  const client = await caller(`${gateway.origin}/mcp`, token, { server })
  const { isError, text } = await client.call('whoami')
  await client.close()
  return isError ? { refused: text } : JSON.parse(text)
}

const lastShown = (server: string): string => servers.get(server)?.shown('whoami').at(-1) ?? ''

test('the official demo, which says no issuer and gives nothing to refresh with', async () => {
  expect(await who('ann').connect('demo')).toMatchObject({ status: 200 })
  expect(await whoami('ann', 'demo')).toMatchObject({ sub: 'demo_user' })
  expect(await whoami('ben', 'demo')).toHaveProperty('refused')
})

test.each(['bound', 'signing'])('somebody connects: %s', async (server) => {
  expect(await who('ann').connect(server)).toMatchObject({ status: 200 })
  expect(await whoami('ann', server)).toMatchObject({ sub: 'ann' })
  const { body } = await who('ann').api('GET', '/me/connections')
  expect(body.items).toContainEqual(expect.objectContaining({ server, status: 'connected' }))
})

test('tokens are bound to a key of ours where that is required, and are of no use without', async () => {
  const shown = lastShown('bound')
  expect(shown).toMatch(/^DPoP /)
  const stolen = await fetch(servers.get('bound')?.url ?? '', {
    method: 'POST',
    headers: { authorization: shown.replace('DPoP', 'Bearer'), 'content-type': 'application/json' },
    body: '{}',
  })
  expect(stolen.status).toBe(401)
  const proofs = servers.get('bound')?.heard.map(({ headers }) => headers['dpop']) ?? []
  const sent = proofs.filter((one) => one !== undefined)
  expect(new Set(sent).size).toBe(sent.length)
  expect(await who('ann').connect('unbound')).toMatchObject({ status: 200 })
  expect(await whoami('ann', 'unbound')).toMatchObject({ sub: 'ann' })
  expect(lastShown('unbound')).toMatch(/^Bearer /)
})

test('a client proves itself by a signature, never by a secret', () => {
  const asked = issuer.heard.filter(
    ({ path, body }) => path === '/token' && body.includes('client_assertion='),
  )
  expect(asked.length).toBeGreaterThan(0)
  for (const { status } of asked) expect(status).toBe(200)
})

test('the gateway has tokens for itself, and asks nobody', async () => {
  const machine = { client: 'machine', scopes: ['read'] }
  expect(await whoami('ann', 'machine')).toMatchObject(machine)
  const token = lastShown('machine')
  expect(await whoami('ben', 'machine')).toMatchObject(machine)
  expect(lastShown('machine')).toBe(token)
})

test('what is shared is connected by an owner, for all', async () => {
  expect(await whoami('ann', 'shared')).toHaveProperty('refused')
  const refused = await who('ann').connect('shared')
  expect(refused).toMatchObject({ status: 403 })
  expect(await whoami('ann', 'shared')).toHaveProperty('refused')
  expect(await who('owner').connect('shared')).toMatchObject({ status: 200 })
  for (const name of ['ann', 'ben', 'owner'])
    expect(await whoami(name, 'shared')).toMatchObject({ sub: 'owner' })
})

test('where nothing is to be shown nothing is, whatever the server asks', async () => {
  expect(await whoami('ann', 'shown')).toHaveProperty('refused')
  expect((await who('ann').connect('shown')).status).toBeGreaterThanOrEqual(400)
  const { heard = [] } = servers.get('shown') ?? {}
  expect(heard.length).toBeGreaterThan(0)
  expect(heard.filter(({ headers }) => 'authorization' in headers)).toEqual([])
})
