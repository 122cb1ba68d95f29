import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SecurityEvent } from '../../kernel/event.ts'
import { OauthError } from '../engine/oauth-error.ts'
import type { TokenRequest } from '../parts.ts'
import { OPERATOR_TYPE, operatorRoute } from './operator.ts'

const ISSUER = 'http://localhost:7463'
const KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' })

interface Gateway {
  readonly issued: TokenRequest[]
  readonly events: SecurityEvent[]
  readonly log: string[]
  say(word: string, method?: string): Promise<{ status: number; body: Record<string, unknown> }>
}

async function gateway(fails?: Error): Promise<Gateway> {
  const issued: TokenRequest[] = []
  const events: SecurityEvent[] = []
  const log: string[] = []
  const seen = new Set<string>()
  const route = await operatorRoute({
    key: KEYS.publicKey.export({ format: 'jwk' }) as never,
    publicOrigin: ISSUER,
    issuer: {
      issue: async (request) => {
        if (fails) throw fails
        issued.push(request)
        return { token: 'token', grant: 'grant', expires: Date.now() + 300_000 }
      },
    },
    once: { first: async (key) => !seen.has(key) && seen.add(key).has(key) },
    witness: async (event) => void events.push(event),
    clock: Date.now,
    randomId: () => 'request',
    log: (line) => void log.push(line),
  })
  const server = createServer((request, response) => void route(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    issued,
    events,
    log,
    async say(word, method = 'POST') {
      const response = await fetch(url, { method, ...(method === 'POST' ? { body: word } : {}) })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
  }
}

interface Word {
  readonly claims?: JWTPayload
  readonly type?: string
  readonly audience?: string
  readonly life?: string
  readonly key?: KeyObject
}

function word({ claims = {}, type, audience, life, key }: Word = {}): Promise<string> {
  return new SignJWT({ resource: `${ISSUER}/mcp`, scope: 'read write', ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: type ?? OPERATOR_TYPE })
    .setAudience(audience ?? ISSUER)
    .setSubject(String(claims.sub ?? 'user:owner'))
    .setJti(String(claims.jti ?? crypto.randomUUID()))
    .setIssuedAt(claims.iat)
    .setExpirationTime(life ?? '30s')
    .sign(key ?? KEYS.privateKey)
}

describe('the word of the operator', () => {
  test('buys a token for whom it names, marked as theirs', async () => {
    const { say, issued } = await gateway()
    const { status, body } = await say(await word())
    expect(status).toBe(200)
    expect(body).toMatchObject({ access_token: 'token', token_type: 'Bearer', grant: 'grant' })
    expect(issued).toEqual([
      {
        kind: 'user',
        subject: 'owner',
        client: 'bailiwick-cli',
        resource: `${ISSUER}/mcp`,
        scopes: ['read', 'write'],
        actors: [],
        via: 'operator',
        methods: [],
      },
    ])
  })

  test('buys one token', async () => {
    const { say, events } = await gateway()
    const once = await word()
    expect((await say(once)).status).toBe(200)
    const { status, body } = await say(once)
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
    expect(events).toMatchObject([{ event: 'token.refused', outcome: 'refused' }])
  })

  test('buys an hour at the most', async () => {
    const { say, issued } = await gateway()
    await say(await word({ claims: { lifetime: 10 * 3_600_000 } }))
    expect(issued[0]?.lifetime).toBe(3_600_000)
  })

  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const hour = 3_600
  test.each<[string, () => Promise<string>]>([
    ['another key', () => word({ key: stranger })],
    ['an access token', () => word({ type: 'at+jwt' })],
    ['a proof', () => word({ type: 'dpop+jwt' })],
    ['meant for another gateway', () => word({ audience: 'https://other.example' })],
    ['over', () => word({ life: '-1s' })],
    ['said long ago', () => word({ claims: { iat: Math.floor(Date.now() / 1_000) - hour } })],
    ['unsigned', async () => unsigned()],
    ['signed with the public key', () => keyed()],
    ['cut', async () => (await word()).slice(0, -4)],
    ['empty', async () => ''],
    ['no JWT', async () => 'a.b.c'],
  ])('is not believed: %s', async (_, make) => {
    const { say, issued, log } = await gateway()
    const { status, body } = await say(await make())
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
    expect(JSON.stringify(body)).not.toMatch(/at .*\.ts|node_modules/)
    expect(issued).toEqual([])
    expect(log).toEqual([])
  })

  test.each(['owner', 'admin:owner', 'user:', 'user:a\nb'])('names nobody: %j', async (sub) => {
    const { say, issued } = await gateway()
    const { status, body } = await say(await word({ claims: { sub } }))
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
    expect(issued).toEqual([])
  })

  test('is refused as the issuer refuses', async () => {
    const { say } = await gateway(new OauthError('invalid_target', 'unknown resource'))
    expect(await say(await word())).toMatchObject({
      status: 400,
      body: { error: 'invalid_target', error_description: 'unknown resource' },
    })
  })

  test('meets a fault without learning of it', async () => {
    const { say, log } = await gateway(new Error('the key is 12345'))
    const { status, body } = await say(await word())
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('12345')
    expect(log.join()).toContain('12345')
  })
})

test('other requests are refused', async () => {
  const { say } = await gateway()
  expect((await say('', 'GET')).status).toBe(405)
  expect((await say('x'.repeat(20_000))).status).toBe(413)
})

function unsigned(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none', typ: OPERATOR_TYPE })}.${part({ aud: ISSUER, sub: 'user:owner' })}.`
}

/** The classic confusion: the public key, which everybody may know, as a shared secret. */
function keyed(): Promise<string> {
  const secret = KEYS.publicKey.export({ format: 'der', type: 'spki' })
  return new SignJWT({ resource: `${ISSUER}/mcp`, scope: 'read', jti: 'x' })
    .setProtectedHeader({ alg: 'HS256', typ: OPERATOR_TYPE })
    .setAudience(ISSUER)
    .setSubject('user:owner')
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(secret)
}
