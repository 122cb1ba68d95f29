import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { OauthError } from './oauth-error.ts'
import type { MachineGrant } from './ports.ts'
import { send } from './testing/browser.ts'
import { onEveryEngine } from './testing/on-every-engine.ts'
import { authorize, post, REDIRECT, redeem, refresh, type TestServer } from './testing/server.ts'

const FORM = 'application/x-www-form-urlencoded'
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

async function robot({ clients }: TestServer) {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  clients.set('robot', {
    client_id: 'robot',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] } as never,
  })
  return (audience: string | string[], changes: Record<string, unknown> = {}) =>
    new SignJWT({ jti: randomUUID(), ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('robot')
      .setSubject('robot')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime((changes['exp'] as number | undefined) ?? '1m')
      .sign(privateKey)
}

/** A grant type for machines that says who came, and nothing more. */
const GRANT: MachineGrant = {
  grantType: 'client_credentials',
  parameters: ['scope'],
  handle: async ({ client, parameters, thumbprint }, issuer) => {
    if (parameters['scope'] === 'bad') throw new OauthError('invalid_scope', 'no such scope')
    if (parameters['scope'] === 'down') throw new GatewayError('store_unavailable', 'secret detail')
    if (parameters['scope'] === 'bug') throw new Error('secret detail')
    const issued = await issuer.issue({
      kind: 'user',
      subject: 'ann' as never,
      client: client.id,
      resource: String(parameters['resource']),
      scopes: ['read'],
      actors: [],
      via: 'client-credentials',
      methods: [],
      thumbprint,
    })
    return { issued, scopes: ['read'] }
  },
}

const login = (server: TestServer, assertion: string, more: Record<string, string> = {}) =>
  post(server, '/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion: assertion,
    client_assertion_type: ASSERTION,
    resource: server.resource,
    ...more,
  })

onEveryEngine(
  'the token endpoint',
  (world) => {
    test.each<[string, Parameters<typeof send>[1], number]>([
      ['GET', { method: 'GET' }, 405],
      ['PUT', { method: 'PUT' }, 405],
      ['JSON', { headers: { 'content-type': 'application/json' }, body: '{}' }, 400],
      ['no media type', { body: 'grant_type=password' }, 400],
      [
        'an encoded body',
        { headers: { 'content-type': FORM, 'content-encoding': 'gzip' }, body: 'x' },
        400,
      ],
      ['nothing', { headers: { 'content-type': FORM }, body: '' }, 400],
      ['a megabyte', { headers: { 'content-type': FORM }, body: 'a'.repeat(1_000_000) }, 413],
      [
        'a megabyte in chunks',
        {
          headers: { 'content-type': FORM, 'transfer-encoding': 'chunked' },
          body: 'a'.repeat(1_000_000),
        },
        413,
      ],
      ['bytes that are no UTF-8', { headers: { 'content-type': FORM }, body: '\xff\xfe' }, 400],
      ['500 parameters', { headers: { 'content-type': FORM }, body: manyParameters() }, 400],
      [
        'a parameter twice',
        { headers: { 'content-type': FORM }, body: 'grant_type=a&grant_type=b&client_id=app' },
        400,
      ],
      [
        'a parameter nobody knows twice',
        { headers: { 'content-type': FORM }, body: 'grant_type=a&client_id=app&x=1&x=2' },
        400,
      ],
      [
        'the password grant',
        { headers: { 'content-type': FORM }, body: 'grant_type=password&client_id=app' },
        400,
      ],
      [
        'the implicit grant',
        { headers: { 'content-type': FORM }, body: 'grant_type=implicit&client_id=app' },
        400,
      ],
      [
        'names of object members',
        {
          headers: { 'content-type': FORM },
          body: '__proto__=1&constructor=2&grant_type=toString',
        },
        400,
      ],
    ])('refuses %s in the words of the RFC', async (_, sent, status) => {
      const { server } = world()
      const page = await send(`${server.origin}/oauth/token`, { method: 'POST', ...sent })
      expect(page.status).toBe(status)
      expect(JSON.parse(page.text)).toMatchObject({ error: expect.stringMatching(/^[a-z_]+$/) })
      expect(page.text).not.toMatch(/at .*\.(?:js|ts)|node_modules|stack/)
      expect(page.headers['cache-control']).toBe('no-store')
      expect(page.headers['content-type']).toMatch(/^application\/json/)
    })

    test('refuses a parameter that comes twice, and nothing is used up by that', async () => {
      const { server } = world()
      const code = await authorize(server)
      const body = (extra: string) =>
        `${new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'app',
          code: code.code,
          code_verifier: code.verifier,
          redirect_uri: REDIRECT,
        })}${extra}`
      const ask = (extra: string) =>
        send(`${server.origin}/oauth/token`, {
          method: 'POST',
          headers: { 'content-type': FORM },
          body: body(extra),
        })
      for (const extra of ['&x=1&x=2', '&code=other', '&__proto__=1&__proto__=2'])
        expect(JSON.parse((await ask(extra)).text)).toMatchObject({ error: 'invalid_request' })
      expect((await ask('&x=1')).status).toBe(200)
    })

    test('takes a machine’s proof of its key once, and binds the token to it', async () => {
      const { server } = world()
      const assertion = await robot(server)
      const { privateKey, publicKey } = await generateKeyPair('ES256')
      const jwk = await exportJWK(publicKey)
      const dpop = await new SignJWT({
        jti: randomUUID(),
        htm: 'POST',
        htu: `${server.origin}/oauth/token`,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt()
        .sign(privateKey)
      const ask = async () =>
        post(
          server,
          '/oauth/token',
          {
            grant_type: 'client_credentials',
            client_assertion: await assertion(server.origin),
            client_assertion_type: ASSERTION,
            resource: server.resource,
          },
          { dpop },
        )
      const { body } = await ask()
      expect(body).toMatchObject({ token_type: 'DPoP' })
      expect(decodeJwt(String(body['access_token']))['cnf']).toEqual({
        jkt: await calculateJwkThumbprint(jwk),
      })
      expect((await ask()).body).toMatchObject({ error: 'invalid_grant' })
    })

    test('does not read parameters from the address', async () => {
      const { server } = world()
      const { code, verifier } = await authorize(server)
      const query = new URLSearchParams({ code, code_verifier: verifier })
      const { status } = await post(server, `/oauth/token?${query}`, {
        grant_type: 'authorization_code',
        client_id: 'app',
      })
      expect(status).toBe(400)
    })

    test('answers JSON even to a browser', async () => {
      const { server } = world()
      const { headers } = await post(server, '/oauth/token', {}, { accept: 'text/html' })
      expect(headers['content-type']).toMatch(/^application\/json/)
    })

    test('ends a request that stops in the middle', async () => {
      const { server } = world()
      const { hostname, port, host } = new URL(server.origin)
      const socket = connect(Number(port), hostname)
      socket.write(
        `POST /oauth/token HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${FORM}\r\ncontent-length: 99\r\n\r\nx`,
      )
      socket.end()
      socket.resume()
      await new Promise((resolve) => socket.on('close', resolve))
      expect(server.log).toEqual([])
    })

    test('takes a client’s word for itself only if it is for us, once, and short', async () => {
      const { server } = world()
      const assertion = await robot(server)
      const good = await assertion(server.origin)
      const answer = await login(server, good)
      expect(answer.body).toMatchObject({ token_type: 'Bearer', scope: 'read' })
      expect((await login(server, good)).body).toMatchObject({ error: 'invalid_client' })
      const wrong = [
        await assertion('http://evil.example'),
        await assertion('http://evil.example/oauth/token'),
        await assertion(`${server.origin}/oauth/token`),
        await assertion([server.origin]),
        await assertion([server.origin, 'http://evil.example']),
        await assertion(server.origin, { exp: Math.floor(Date.now() / 1_000) + 3_600 }),
        await assertion(server.origin, { jti: undefined }),
      ]
      for (const one of wrong) {
        const { status, body } = await login(server, one)
        expect([status, body['error']]).toEqual([401, 'invalid_client'])
      }
    })

    test('is not taken in by a `Host` or a forwarded one that an assertion was made for', async () => {
      const { server } = world()
      const assertion = await robot(server)
      const forged = await assertion('http://evil.example/oauth/token')
      const form = {
        grant_type: 'client_credentials',
        client_assertion: forged,
        client_assertion_type: ASSERTION,
        resource: server.resource,
      }
      const attempts: readonly [Record<string, string>, number][] = [
        [{ host: 'evil.example' }, 421],
        [{ 'x-forwarded-host': 'evil.example' }, 401],
        [{ forwarded: 'host=evil.example;proto=http' }, 401],
      ]
      for (const [headers, status] of attempts)
        expect((await post(server, '/oauth/token', form, headers)).status).toBe(status)
    })

    test('takes an assertion once across processes', async () => {
      const { server, second } = world()
      const other = await second()
      const assertion = await robot(server)
      other.clients.set('robot', server.clients.get('robot') ?? {})
      const good = await assertion(server.origin)
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => login(index % 2 === 0 ? server : other, good)),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    test('says of a failure of ours only its number', async () => {
      const { server } = world()
      const assertion = await robot(server)
      const asked = async (scope: string) =>
        login(server, await assertion(server.origin), { scope })
      expect((await asked('bad')).body).toEqual({
        error: 'invalid_scope',
        error_description: 'no such scope',
      })
      const down = await asked('down')
      expect([down.status, down.body['error']]).toEqual([503, 'temporarily_unavailable'])
      const bug = await asked('bug')
      expect([bug.status, bug.body['error']]).toEqual([500, 'server_error'])
      expect(JSON.stringify([down.body, bug.body])).not.toContain('secret')
      const number = String(bug.body['error_description']).split(' ').at(-1)
      expect(server.log.some((line) => line.includes(String(number)))).toBe(true)
    })

    test('issues nothing that cannot be witnessed', async () => {
      const { restart } = world()
      const failing = new Set<string>()
      const server = await restart({
        witness: async ({ event }) => {
          if (failing.has(event)) throw new GatewayError('audit_unavailable', 'no')
        },
      })
      const code = await authorize(server)
      failing.add('token.issued')
      const refusedToken = await redeem(server, code)
      expect([refusedToken.status, refusedToken.body['error']]).toEqual([
        503,
        'temporarily_unavailable',
      ])
      failing.clear()
      const { body } = await redeem(server, await authorize(server))
      failing.add('grant.refreshed')
      expect((await refresh(server, body['refresh_token'])).status).toBe(503)
      failing.clear()
      expect((await refresh(server, body['refresh_token'])).status).toBe(200)
    })
  },
  { machineGrants: [GRANT] },
)

function manyParameters(): string {
  return Array.from({ length: 500 }, (_, index) => `p${index}=1`).join('&')
}
