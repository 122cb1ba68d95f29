import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { Once } from '../kernel/once.ts'
import {
  ALIAS,
  bare,
  type Changes,
  newKey,
  ORIGIN,
  openWorld,
  type TestKey,
  user,
  type World,
} from './testing/world.ts'

let world: World
let key: TestKey
let token: string
beforeEach(async () => {
  world = await openWorld()
  key = await newKey()
  token = await world.token({ cnf: { jkt: key.thumbprint } })
})
afterEach(() => world.close())

const INVALID = { code: 'proof_invalid', message: 'the proof of possession is not valid' }
const show = (dpop: string | undefined, more: object = {}) =>
  world.ask(token, { authorization: `DPoP ${token}`, dpop, ...more })

test('a token that is bound comes with a proof of its key', async () => {
  const { authorization, headers } = await show(await world.proof(key, token))
  expect(authorization.bound).toBe(true)
  expect(headers).toBeUndefined()
})

test.each(['ES256', 'EdDSA', 'Ed25519'])('keys of %s prove', async (algorithm) => {
  key = await newKey(algorithm)
  token = await world.token({ cnf: { jkt: key.thumbprint } })
  await show(await world.proof(key, token))
})

describe('schemes', () => {
  test('a bound token is no bearer token, with a proof or without', async () => {
    for (const dpop of [undefined, await world.proof(key, token)])
      await expect(world.ask(token, { dpop })).rejects.toMatchObject({
        code: 'token_invalid',
        detail: 'bound to a key',
      })
  })

  test('nor is one that was verified before', async () => {
    await show(await world.proof(key, token))
    await expect(world.ask(token)).rejects.toMatchObject({ code: 'token_invalid' })
  })

  test('a token that is bound to something else, too, is not proven by its key alone', async () => {
    token = await world.token({ cnf: { jkt: key.thumbprint, 'x5t#S256': 'a'.repeat(43) } })
    await expect(show(await world.proof(key, token))).rejects.toMatchObject({
      code: 'token_invalid',
    })
  })

  test('a token that is bound to nothing is proven by nothing', async () => {
    token = await world.token()
    await expect(show(await world.proof(key, token))).rejects.toMatchObject({
      code: 'token_invalid',
      detail: 'not bound to a key',
    })
    expect(world.events).toMatchObject([{ detail: { why: 'not bound to a key' } }])
  })

  test.each([
    ['never', 'user', false],
    ['never', 'operator', true],
    ['users-only', 'user', true],
    ['users-only', 'agent', false],
    ['users-only', 'actor', false],
    ['allowed', 'agent', true],
    [
      ({ authorization }: { authorization: { client: string } }) => authorization.client === 'c1',
      'user',
      true,
    ],
    [() => false, 'user', false],
  ] as const)('under `%s`, a bearer token of a(n) %s is taken: %s', async (bearer, who, taken) => {
    const other = await openWorld({ bearer })
    const bearing = await other.token(
      {
        user: {},
        agent: { kind: 'agent', sub: 'build' },
        actor: { act: { sub: 'build' } },
        operator: { via: 'operator' },
      }[who],
    )
    const asked = other.ask(bearing)
    if (taken) await asked
    else await expect(asked).rejects.toMatchObject({ code: 'token_invalid' })
    await other.close()
  })
})

describe('a proof', () => {
  const claims: Readonly<Record<string, Changes>> = {
    'of another method': { htm: 'GET' },
    'of a method in small letters': { htm: 'post' },
    'of no method': { htm: undefined },
    'of another path': { htu: `${ORIGIN}/mcp/files` },
    'of a path with a slash more': { htu: `${ORIGIN}/mcp/` },
    'of another host': { htu: 'https://evil.example/mcp' },
    'of another scheme': { htu: 'http://gateway.example/mcp' },
    'of another port': { htu: 'https://gateway.example:8443/mcp' },
    'of another name of ours': { htu: `${ALIAS}/mcp` },
    'of an address with a user': { htu: 'https://me@gateway.example/mcp' },
    'of no address': { htu: undefined },
    'of an address that is none': { htu: 'mcp' },
    'of another token': { ath: 'a'.repeat(43) },
    'of no token': { ath: undefined },
    'that is old': { iat: 1_790_000_000 - 61 },
    'that is to come': { iat: 1_790_000_000 + 31 },
    'of no time': { iat: undefined },
    'of a time that is a text': { iat: '1790000000' },
    'without an id': { jti: undefined },
    'with an empty id': { jti: '' },
    'with an endless id': { jti: 'a'.repeat(257) },
    'with an id that is no text': { jti: 7 },
  }
  test.each(Object.entries(claims))('%s', async (_, changes) => {
    await expect(show(await world.proof(key, token, changes))).rejects.toMatchObject(INVALID)
  })

  const headers: Readonly<Record<string, () => Changes>> = {
    'of no type': () => ({ typ: undefined }),
    'of another type': () => ({ typ: 'JWT' }),
    'without a key': () => ({ jwk: undefined }),
    'with a key that is a text': () => ({ jwk: key.thumbprint }),
    'of no algorithm': () => ({ alg: 'none' }),
    'of an algorithm of objects': () => ({ alg: 'constructor' }),
    'of a shared secret': () => ({ alg: 'HS256' }),
    'of another curve': () => ({ alg: 'EdDSA' }),
    'with a critical member': () => ({ crit: ['b64'], b64: true }),
  }
  test.each(Object.entries(headers))('%s', async (_, changes) => {
    await expect(show(await world.proof(key, token, {}, changes()))).rejects.toMatchObject(INVALID)
  })

  test('that shows its private key', async () => {
    const d = Buffer.alloc(32, 1).toString('base64url')
    const jwk = { ...bare(key.public), d }
    await expect(show(await world.proof(key, token, {}, { jwk }))).rejects.toMatchObject(INVALID)
  })

  test('of another key, or of the right one signed by another', async () => {
    const other = await newKey()
    await expect(show(await world.proof(other, token))).rejects.toMatchObject(INVALID)
    const jwk = bare(key.public)
    await expect(show(await world.proof(other, token, {}, { jwk }))).rejects.toMatchObject(INVALID)
  })

  test('that there is not, or that are two, or that is none', async () => {
    const proof = await world.proof(key, token)
    for (const dpop of [
      undefined,
      '',
      'abc',
      `${proof}, ${proof}`,
      `${proof}.x`,
      'a'.repeat(5_000),
    ])
      await expect(show(dpop)).rejects.toMatchObject(INVALID)
    await show(proof)
  })

  test('with a signature that was changed', async () => {
    const proof = await world.proof(key, token)
    const [header, payload, signature = ''] = proof.split('.')
    const swapped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    await expect(show(`${header}.${payload}.${swapped}`)).rejects.toMatchObject(INVALID)
  })

  test('is of one address, whatever its query, in any form that means the same', async () => {
    for (const htu of [
      `${ORIGIN}/mcp?x=1#y`,
      'HTTPS://GATEWAY.example:443/mcp',
      `${ORIGIN}/a/../mcp`,
    ])
      await show(await world.proof(key, token, { htu }))
  })

  test('is taken within a minute, and by a clock that is ahead a little', async () => {
    await show(await world.proof(key, token, { iat: 1_790_000_000 - 60 }))
    await show(await world.proof(key, token, { iat: 1_790_000_000 + 30 }))
  })
})

describe('once', () => {
  test('a proof proves, also of many at the same moment', async () => {
    const proof = await world.proof(key, token)
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => show(proof)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(show(proof)).rejects.toMatchObject({ ...INVALID, detail: 'it came before' })
    expect(world.events).toContainEqual(
      expect.objectContaining({
        event: 'token.refused',
        detail: expect.objectContaining({ why: 'proof: it came before' }),
      }),
    )
  })

  test('an id of one key is no id of another', async () => {
    const jti = 'the-same'
    await show(await world.proof(key, token, { jti }))
    const other = await newKey()
    token = await world.token({ cnf: { jkt: other.thumbprint } })
    await show(await world.proof(other, token, { jti }))
  })

  test('a proof that is wrong takes no id', async () => {
    const jti = 'later-used'
    await show(await world.proof(key, token, { jti, htm: 'GET' })).catch(() => {})
    await show(await world.proof(await newKey(), token, { jti }, { jwk: bare(key.public) })).catch(
      () => {},
    )
    await show(await world.proof(key, token, { jti }))
  })

  test('an id is remembered for as long as its proof could be good', async () => {
    const asked: number[] = []
    const once: Once = { first: async (_, until) => asked.push(until) > 0 }
    const other = await openWorld({ once })
    const held = await other.token({ cnf: { jkt: key.thumbprint } })
    const iat = 1_790_000_000 + 20
    const dpop = await other.proof(key, held, { iat })
    await other.ask(held, { authorization: `DPoP ${held}`, dpop })
    expect(asked).toEqual([iat * 1_000 + 90_000])
    await other.close()
  })

  test('nobody is let in while nobody knows', async () => {
    const once: Once = {
      first: async () => {
        throw new GatewayError('store_unavailable', 'no')
      },
    }
    const other = await openWorld({ once })
    const held = await other.token({ cnf: { jkt: key.thumbprint } })
    const dpop = await other.proof(key, held)
    await expect(other.ask(held, { authorization: `DPoP ${held}`, dpop })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await other.close()
  })

  test('a token that is refused uses no proof up', async () => {
    world.users.set('ada', user('ada', { status: 'disabled' }))
    const proof = await world.proof(key, token)
    await expect(show(proof)).rejects.toMatchObject({ code: 'token_invalid' })
    world.users.set('ada', user('ada'))
    await world.note({ kind: 'user', id: 'ada', what: 'changed' })
    await show(proof)
  })
})

describe('a nonce', () => {
  const NEEDED = { code: 'proof_nonce', message: 'the proof needs the nonce of this answer' }

  test('is needed, and must be ours', async () => {
    for (const nonce of [undefined, '', 'guess', 7, world.nonce().slice(1)])
      await expect(show(await world.proof(key, token, { nonce }))).rejects.toMatchObject(NEEDED)
  })

  test('changes every two minutes, and is taken for one more turn, which tells the next', async () => {
    const nonce = world.nonce()
    world.now += 120_000
    await world.identity.refresh()
    const next = world.nonce()
    expect(next).not.toBe(nonce)
    const { headers } = await show(await world.proof(key, token, { nonce }))
    expect(headers).toEqual(['dpop-nonce', next])
    world.now += 120_000
    await world.identity.refresh()
    token = await world.token({ cnf: { jkt: key.thumbprint } })
    await expect(show(await world.proof(key, token, { nonce }))).rejects.toMatchObject(NEEDED)
    await show(await world.proof(key, token, { nonce: next }))
  })

  test('is the same on all replicas, and another for another secret', async () => {
    const secret = Buffer.alloc(32, 7)
    const nonces = { secret, use: 'required' } as const
    const [one, two] = await Promise.all([openWorld({ nonces }), openWorld({ nonces })])
    expect(one.nonce()).toBe(two.nonce())
    expect(one.nonce()).not.toBe(world.nonce())
    // The other replica's clock is ahead.
    two.now = one.now + 100_000
    const held = await one.token({ cnf: { jkt: key.thumbprint } })
    const dpop = await one.proof(key, held, { nonce: two.nonce() })
    await one.ask(held, { authorization: `DPoP ${held}`, dpop })
    await Promise.all([one.close(), two.close()])
  })

  test('can be optional, and must be ours even then', async () => {
    const other = await openWorld({ nonces: { secret: Buffer.alloc(32, 7), use: 'optional' } })
    const held = await other.token({ cnf: { jkt: key.thumbprint } })
    const ask = async (nonce: unknown) =>
      other.ask(held, {
        authorization: `DPoP ${held}`,
        dpop: await other.proof(key, held, { nonce }),
      })
    await ask(undefined)
    await ask(other.nonce())
    await expect(ask('guess')).rejects.toMatchObject(NEEDED)
    await other.close()
  })

  test('has a secret of its length', async () => {
    const nonces = { secret: Buffer.alloc(31), use: 'required' } as const
    await expect(openWorld({ nonces })).rejects.toThrow('the secret of nonces is too short')
  })
})

test('below a resource a proof is about the path that is asked for', async () => {
  token = await world.token({ aud: `${ORIGIN}/admin`, cnf: { jkt: key.thumbprint } })
  const below = { path: '/admin', target: '/admin/api/v1/users' }
  const proof = (path: string) => world.proof(key, token, { htu: `${ORIGIN}${path}` })
  await show(await proof('/admin/api/v1/users'), below)
  await expect(show(await proof('/admin'), below)).rejects.toMatchObject(INVALID)
  await expect(show(await proof('/admin/api/v1/keys'), below)).rejects.toMatchObject(INVALID)
})
