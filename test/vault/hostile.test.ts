import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { caller } from './caller.ts'
import { type GatewayHere, startHere } from './gateway-here.ts'
import { makePeople, type Someone, someone } from './people.ts'
import type { HeardServer } from './servers/heard.ts'
import { type Oddity, startOddIssuer } from './servers/odd-issuer.ts'
import { type ResourceServer, startResourceServer } from './servers/resource-server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

interface Attack extends Oddity {
  /** Fields of the metadata of the protected resource. */
  readonly resource?: Readonly<Record<string, unknown>>
}

const METADATA_SERVICE = 'http://169.254.169.254/latest'

/** What is refused before anybody is sent anywhere, with the whole gateway between. */
const BEFORE: Readonly<Record<string, Attack>> = {
  'other-issuer': { metadata: () => ({ issuer: 'https://elsewhere.example' }) },
  'issuer-with-slash': { metadata: (origin) => ({ issuer: `${origin}/` }) },
  'script-address': { metadata: () => ({ authorization_endpoint: 'javascript:alert(1)//' }) },
  'file-address': { metadata: () => ({ authorization_endpoint: 'file:///etc/passwd' }) },
  'inside-authorize': { metadata: () => ({ authorization_endpoint: METADATA_SERVICE }) },
  'inside-token': { metadata: () => ({ token_endpoint: METADATA_SERVICE }) },
  'inside-register': { metadata: () => ({ registration_endpoint: METADATA_SERVICE }) },
  'plain-token': { metadata: () => ({ token_endpoint: 'http://login.example.com/token' }) },
  'no-pkce': { metadata: () => ({ code_challenge_methods_supported: undefined }) },
  'plain-pkce': { metadata: () => ({ code_challenge_methods_supported: ['plain'] }) },
  'endless-metadata': { padding: ' '.repeat(8 * 1024 * 1024) },
  'other-resource': { resource: { resource: 'https://elsewhere.example/mcp' } },
  'no-issuer': { resource: { authorization_servers: [] } },
  'inside-issuer': { resource: { authorization_servers: ['http://169.254.169.254'] } },
}

/** What is refused when the browser is back. */
const AFTER: Readonly<Record<string, Attack>> = {
  'mixed-up': { iss: () => 'https://elsewhere.example' },
  'slash-in-iss': { iss: (origin) => `${origin}/` },
  'silent-iss': { iss: () => undefined },
}

/** What is refused when tokens were given. */
const TOKENS: Readonly<Record<string, Attack>> = {
  'no-token': { tokens: { token_type: 'Bearer' } },
  'odd-type': { tokens: { access_token: 'x'.repeat(20), token_type: 'mac' } },
  'split-token': { tokens: { access_token: 'x\r\nx-admin: 1', token_type: 'Bearer' } },
}

let gateway: GatewayHere
let ann: Someone
let ben: Someone
const issuers = new Map<string, HeardServer>()
const servers = new Map<string, ResourceServer>()

beforeAll(async () => {
  const attacks: Readonly<Record<string, Attack>> = { honest: {}, ...BEFORE, ...AFTER, ...TOKENS }
  for (const [name, { resource = {}, ...oddity }] of Object.entries(attacks)) {
    const issuer = await startOddIssuer(oddity)
    const options = { issuer: issuer.origin, metadata: resource }
    issuers.set(name, issuer)
    servers.set(name, await startResourceServer(options))
  }
  const config = [...servers].map(([name, { url }]) => [name, { transport: 'http', url }])
  gateway = await startHere(Object.fromEntries(config))
  await makePeople(gateway, 'ann', 'ben')
  ann = await someone(gateway, 'ann')
  ben = await someone(gateway, 'ben')
})
afterAll(async () => {
  await gateway?.stop()
  for (const server of [...servers.values(), ...issuers.values()]) await server.stop()
})

const heardAt = (name: string, path: string): number =>
  issuers.get(name)?.heard.filter((one) => one.path === path).length ?? 0

async function connectionsOf(who: Someone): Promise<readonly string[]> {
  const { body } = await who.api('GET', '/me/connections')
  return body.items
    .filter(({ status }: { readonly status: string }) => status === 'connected')
    .map(({ server }: { readonly server: string }) => server)
}

test('the honest one of these servers is connected', async () => {
  expect(await ann.connect('honest')).toMatchObject({ status: 200 })
  expect(await connectionsOf(ann)).toEqual(['honest'])
})

describe('nobody is sent anywhere', () => {
  test.each(Object.keys(BEFORE))('%s', async (name) => {
    const { status, text, url } = await ann.connect(name)
    expect({ status, text }).toMatchObject({
      status: expect.toSatisfy((code: number) => code >= 400 && code < 600),
      text: expect.stringMatching(/authorization_server_refused|fetch_refused|fetch_failed/),
    })
    expect(url).toBe('')
    expect(heardAt(name, '/authorize')).toBe(0)
    expect(heardAt(name, '/token')).toBe(0)
    expect(await connectionsOf(ann)).not.toContain(name)
  })

  test.each(['script-address', 'other-resource'])(
    'nor does a call lead there: %s',
    async (name) => {
      const token = await gateway.tokenFor('/mcp', { subject: 'user:ann' })
      const shown: string[] = []
      const client = await caller(`${gateway.origin}/mcp`, token, {
        server: name,
        person: async ({ url }) => {
          shown.push(url)
          return 'accept'
        },
      })
      expect(await client.call('whoami')).toMatchObject({ isError: true })
      for (const url of shown) expect(new URL(url).origin).toBe(gateway.issuer)
      await client.close()
    },
  )
})

describe('the code goes nowhere', () => {
  test.each(Object.keys(AFTER))('%s', async (name) => {
    expect(await ann.connect(name)).toMatchObject({ text: 'authorization_server_refused' })
    expect(heardAt(name, '/authorize')).toBe(1)
    expect(heardAt(name, '/token')).toBe(0)
    expect(await connectionsOf(ann)).not.toContain(name)
  })
})

describe('what is no token is not kept', () => {
  test.each(Object.keys(TOKENS))('%s', async (name) => {
    expect(await ann.connect(name)).toMatchObject({ text: 'authorization_server_refused' })
    expect(heardAt(name, '/token')).toBe(1)
    expect(await connectionsOf(ann)).not.toContain(name)
  })
})

describe('an answer counts once, in the session that asked', () => {
  const asked = async (who: Someone): Promise<URL> => {
    const { body } = await who.api('GET', '/me/connections/honest/offer')
    const { host } = body.offer
    const begun = await who.api('POST', '/me/connections/honest/begin', { host })
    return who.traveller.back(new URL(begun.body.location))
  }

  test('not in the browser of another', async () => {
    const answer = await asked(ann)
    const before = heardAt('honest', '/token')
    expect(await ben.arrive(answer)).toMatchObject({ text: 'interaction_unknown' })
    expect(await connectionsOf(ben)).toEqual([])
    expect(heardAt('honest', '/token')).toBe(before)
  })

  test('not in another session of the same person', async () => {
    const answer = await asked(ann)
    const elsewhere = await someone(gateway, 'ann')
    const before = heardAt('honest', '/token')
    expect(await elsewhere.arrive(answer)).toMatchObject({ text: 'interaction_unknown' })
    expect(heardAt('honest', '/token')).toBe(before)
  })

  test('not twice, and not with another state', async () => {
    const answer = await asked(ann)
    const changed = new URL(answer)
    changed.searchParams.set('state', 'x'.repeat(43))
    expect(await ann.arrive(changed)).toMatchObject({ text: 'interaction_unknown' })
    expect(await ann.arrive(answer)).toMatchObject({ status: 200 })
    const before = heardAt('honest', '/token')
    expect(await ann.arrive(answer)).toMatchObject({ text: 'interaction_unknown' })
    expect(heardAt('honest', '/token')).toBe(before)
  })
})
