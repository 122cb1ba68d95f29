import { createHmac, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { exportSPKI, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALIAS, type Changes, newKey, ORIGIN, openWorld, type World } from './testing/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const INVALID = { code: 'token_invalid', message: 'the token is not valid', data: undefined }
const refused = (token: string) => expect(world.ask(token)).rejects.toMatchObject(INVALID)
const seconds = () => Math.floor(world.now / 1_000)
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('claims', () => {
  const wrong: Readonly<Record<string, Changes>> = {
    'audience that is another': { aud: 'https://other.example/mcp' },
    'audience that is a prefix': { aud: ORIGIN },
    'audience with a slash more': { aud: `${ORIGIN}/mcp/` },
    'audience in capitals': { aud: `${ORIGIN}/MCP` },
    'audience under another name of ours': { aud: `${ALIAS}/mcp` },
    'audience of several': { aud: [`${ORIGIN}/mcp`, 'https://other.example'] },
    'audience in a list': { aud: [`${ORIGIN}/mcp`] },
    'no audience': { aud: undefined },
    'issuer that is another': { iss: 'https://other.example' },
    'issuer with a slash more': { iss: `${ORIGIN}/` },
    'no issuer': { iss: undefined },
    'end that was': { exp: 1_790_000_000 - 10 },
    'end that is a text': { exp: '1790000300' },
    'end before the beginning': { iat: 1_790_000_005, exp: 1_790_000_004 },
    'no end': { exp: undefined },
    'life that is too long': { iat: 1_790_000_000 - 3_600 - 11, exp: 1_790_000_300 },
    'time of issue that is to come': { iat: 1_790_000_000 + 11 },
    'no time of issue': { iat: undefined },
    'beginning that is to come': { nbf: 1_790_000_000 + 11 },
    'no subject': { sub: undefined },
    'subject that is empty': { sub: '' },
    'subject that is a number': { sub: 7 },
    'subject with a control character': { sub: 'ada\n' },
    'subject that is too long': { sub: 'a'.repeat(513) },
    'no client': { client_id: undefined },
    'no grant': { gid: undefined },
    'grant that is empty': { gid: '' },
    'no id': { jti: undefined },
    'no scope': { scope: undefined },
    'scope in a list': { scope: ['read'] },
    'no kind': { kind: undefined },
    'kind that is unknown': { kind: 'admin' },
    'kind of an object': { kind: 'constructor' },
    'way that is unknown': { via: 'guess' },
    'client of unknown trust': { client_trust: 'full' },
    'methods that are a text': { amr: 'pwd' },
    'methods that are no texts': { amr: [1] },
    'actor without an id': { act: {} },
    'actor that is a text': { act: 'build' },
    'actor that is null': { act: null },
    'binding to nothing': { cnf: {} },
    'binding to a certificate': { cnf: { 'x5t#S256': 'a'.repeat(43) } },
    'binding to two things': { cnf: { jkt: 'a'.repeat(43), 'x5t#S256': 'a'.repeat(43) } },
    'binding that is null': { cnf: null },
    'binding to what is no thumbprint': { cnf: { jkt: 'short' } },
  }
  test.each(Object.entries(wrong))('%s', async (_, changes) => refused(await world.token(changes)))

  test('more actors than anybody needs', async () => {
    const chain = (depth: number): object =>
      depth === 0 ? { sub: 'build' } : { sub: 'build', act: chain(depth - 1) }
    await world.ask(await world.token({ act: chain(7) }))
    await refused(await world.token({ act: chain(8) }))
  })

  test('clocks may differ by ten seconds', async () => {
    await world.ask(await world.token({ exp: seconds() - 9, iat: seconds() - 300 }))
    await world.ask(await world.token({ iat: seconds() + 10, nbf: seconds() + 10 }))
  })

  test('no scope at all is no scope', async () => {
    expect((await world.ask(await world.token({ scope: '' }))).authorization.scopes).toEqual([])
  })
})

describe('a header', () => {
  const own = () => world.key.public
  const wrong: Readonly<Record<string, () => Changes>> = {
    'of no type': () => ({ typ: undefined }),
    'of an ID token': () => ({ typ: 'JWT' }),
    'of a logout token': () => ({ typ: 'logout+jwt' }),
    'of a proof': () => ({ typ: 'dpop+jwt' }),
    'without a key': () => ({ kid: undefined }),
    'with a key that there is not': () => ({ kid: 'another' }),
    'with a key of its own': () => ({ jwk: own() }),
    'with an address of keys': () => ({ jku: 'https://evil.example/keys' }),
    'with an address of certificates': () => ({ x5u: 'https://evil.example/x' }),
    'with certificates': () => ({ x5c: ['AAAA'] }),
    'with something critical': () => ({ crit: ['exp'], exp: 1 }),
    'with something critical that libraries know': () => ({ crit: ['b64'], b64: true }),
    'that is compressed': () => ({ zip: 'DEF' }),
  }
  test.each(Object.entries(wrong))('%s', async (_, changes) =>
    refused(await world.token({}, changes())),
  )

  test('says the type in any case, or whole', async () => {
    for (const typ of ['AT+JWT', 'application/at+jwt'])
      await world.ask(await world.token({}, { typ }))
  })
})

describe('a signature', () => {
  test('that there is not', async () => {
    const [, payload] = (await world.token()).split('.')
    for (const alg of ['none', 'None', '']) {
      const header = base64({ alg, typ: 'at+jwt', kid: world.key.thumbprint })
      await refused(`${header}.${payload}.`)
      await refused(`${header}.${payload}.AAAA`)
      await refused(`${header}.${payload}`)
    }
  })

  test('made with the public key as a secret', async () => {
    const header = base64({ alg: 'HS256', typ: 'at+jwt', kid: world.key.thumbprint })
    const signing = `${header}.${base64(world.claims())}`
    const { kid, ...jwk } = world.key.public
    const pem = await exportSPKI(
      (await importJWK({ ...jwk, kid } as JWK, 'ES256')) as Parameters<typeof exportSPKI>[0],
    )
    const der = createPublicKey(pem).export({ format: 'der', type: 'spki' })
    for (const secret of [pem, der, JSON.stringify(world.key.public)])
      await refused(
        `${signing}.${createHmac('sha256', secret).update(signing).digest('base64url')}`,
      )
  })

  test('of a key that is not ours, under a name that is', async () => {
    const other = await newKey()
    await refused(await world.token({}, { kid: world.key.thumbprint }, other))
  })

  test('of one of our keys with an algorithm that is not ours', async () => {
    const rsa = await newKey('RS256')
    world.keys = [world.key.public, rsa.public]
    world.now += 1_000
    await refused(await world.token({}, {}, rsa))
    world.keys = [world.key.public]
  })

  test('of a key that is for something else, or one of two of a name', async () => {
    const other = await newKey()
    const twin = await newKey()
    const uses: readonly (readonly JWK[])[] = [
      [{ ...other.public, use: 'enc' }],
      [{ ...other.public, key_ops: ['deriveKey'] }],
      [{ ...other.public, alg: 'ES384' }],
      [other.public, { ...twin.public, ...(other.public.kid ? { kid: other.public.kid } : {}) }],
    ]
    for (const keys of uses) {
      world.keys = keys
      world.now += 1_000
      await world.note({ kind: 'key', id: 'any', what: 'changed' })
      await refused(await world.token({}, {}, other))
    }
    world.keys = [world.key.public]
    await world.note({ kind: 'key', id: 'any', what: 'changed' })
    await world.ask(await world.token())
  })
})

describe('any change', () => {
  test('of one character of a token', async () => {
    const token = await world.token()
    await world.ask(token)
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
    const bytesOf = (text: string) =>
      text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.')
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: token.length - 1 }),
        fc.constantFrom(...letters),
        async (at, letter) => {
          const changed = token.slice(0, at) + letter + token.slice(at + 1)
          // The last letter of a part holds bits that say nothing.
          fc.pre(bytesOf(changed) !== bytesOf(token))
          await refused(changed)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of a token in length, or of its parts', async () => {
    const token = await world.token()
    const parts = token.split('.')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...parts, '', 'e30', 'AAAA'), { minLength: 1, maxLength: 6 }),
        async (mixed) => {
          const changed = mixed.join('.')
          fc.pre(changed !== token && changed !== '')
          await expect(world.ask(changed)).rejects.toMatchObject({
            code: expect.stringMatching(/^(token_invalid|authorization_malformed)$/),
          })
        },
      ),
    )
  })

  test('of a claim to anything else never ends in an error that nobody planned', async () => {
    const names = Object.keys(world.claims({ act: 1, cnf: 1, nbf: 1 }))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
        const answer = await world
          .ask(await world.token({ [name]: value }))
          .catch((error: unknown) => error)
        if (answer instanceof Error) expect(answer).toMatchObject(INVALID)
        else
          expect(['act', 'amr', 'nbf', 'scope', 'jti', 'gid', 'client_id', 'exp', 'iat']).toContain(
            name,
          )
      }),
      { numRuns: 300 },
    )
  })
})
