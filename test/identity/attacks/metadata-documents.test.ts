import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { documentHost, response } from '../../../src/http/outbound/testing/document-host.ts'
import { send } from './answers.ts'
import { type Composition, compositionOf, PUBLIC } from './composition.ts'
import { approve, ask, leaving, redeem } from './flow.ts'
import { bearer, initialize } from './mcp.ts'
import { type Browser, type KnownClient, newPerson, signedIn } from './scene.ts'

const REDIRECT = 'http://127.0.0.1:7777/callback'
let count = 0

/** A client on a host of its own: what is remembered of one is nothing to another. */
function newId(domain = 'documents.example'): string {
  count += 1
  return `https://host-${count}.${domain}/client.json`
}

function clientOf(id: string, redirect = REDIRECT): KnownClient {
  return { id, redirect, headers: {} }
}

function documentOf(id: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    client_id: id,
    client_name: 'Editor',
    redirect_uris: [REDIRECT],
    ...more,
  })
}

/** Asks for authorization, each time from another address of this machine. */
function askFor(at: Composition, client: KnownClient): Promise<Response> {
  count += 1
  return send(ask(at, client).url, { from: `127.0.${1 + (count >> 8)}.${1 + (count & 127)}` })
}

/** A page that names no client, and leads nowhere. */
async function expectRefused(answer: Response): Promise<void> {
  expect(answer.headers.get('location')).toBeNull()
  expect(answer.status).toBe(400)
  const text = await answer.text()
  expect(text).toContain('invalid_client')
  expect(text).not.toMatch(/password|<form/)
}

describe('a client that a document names', () => {
  const at = compositionOf({ metadataDocuments: 'any' })
  let ann: Browser

  beforeAll(async () => {
    await newPerson(at(), 'ann')
    ann = await signedIn(at(), 'ann')
  })

  test('is shown by its host, and gets tokens; the document is fetched once for two logins', async () => {
    const id = newId()
    const host = await documentHost((socket) => socket.end(response(documentOf(id))))
    at().host = host
    for (let time = 0; time < 2; time++) {
      const asked = ask(at(), clientOf(id))
      const page = await ann.visit(asked.url)
      expect(page.text).toContain(new URL(id).hostname)
      expect(page.text).toContain('Vouched for')
      const to = leaving(await ann.submit(page, '/consent', { answer: 'allow' }))
      const code = to?.searchParams.get('code') ?? ''
      const granted = { code, verifier: asked.verifier }
      const tokens = (await (await redeem(at(), clientOf(id), granted)).json()) as {
        readonly access_token: string
      }
      expect(decodeJwt(tokens.access_token)).toMatchObject({
        client_id: id,
        client_trust: 'metadata',
      })
      expect((await initialize(at(), bearer(tokens.access_token), '/mcp')).status).toBe(200)
    }
    expect(host.received).toHaveLength(1)
    expect(host.received[0]).toMatch(/^GET \/client\.json HTTP\/1\.1\r\n/)
    expect(host.received[0]).not.toMatch(/cookie|authorization|referer/i)
  })

  test.each<[string, (id: string) => Buffer]>([
    ['names another', (id) => response(documentOf(`${id}x`))],
    ['names nobody', (id) => response(documentOf(id, { client_id: undefined }))],
    ['is a list', () => response('[]')],
    ['is no JSON', () => response('client')],
    ['is a page', (id) => response(documentOf(id), { 'content-type': 'text/html' })],
    ['has no name', (id) => response(documentOf(id, { client_name: undefined }))],
    ['has a name that nobody sees', (id) => response(documentOf(id, { client_name: '\u200b' }))],
    ['has no redirect address', (id) => response(documentOf(id, { redirect_uris: [] }))],
    [
      'redirects over HTTP',
      (id) => response(documentOf(id, { redirect_uris: ['http://client.example/cb'] })),
    ],
    [
      'redirects to a script',
      (id) => response(documentOf(id, { redirect_uris: [REDIRECT, 'javascript:alert(1)'] })),
    ],
    ['holds a secret', (id) => response(documentOf(id, { client_secret: 'known to all' }))],
    [
      'wants to share a secret',
      (id) => response(documentOf(id, { token_endpoint_auth_method: 'client_secret_basic' })),
    ],
    [
      'shows a private key',
      (id) =>
        response(
          documentOf(id, {
            token_endpoint_auth_method: 'private_key_jwt',
            jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }] },
          }),
        ),
    ],
    ['wants other responses', (id) => response(documentOf(id, { response_types: ['token'] }))],
    ['wants other grants', (id) => response(documentOf(id, { grant_types: ['implicit'] }))],
    ['is too large', (id) => response(documentOf(id, { more: 'x'.repeat(5_200) }))],
    [
      'is elsewhere',
      () => response('', { location: 'https://documents.example/other.json' }, '302 Found'),
    ],
    ['is not there', () => response('{}', { 'content-type': 'application/json' }, '404 Not Found')],
    ['fails', () => response('{}', { 'content-type': 'application/json' }, '500 Failed')],
  ])('is nobody when the document %s; that is asked for once', async (_, answerOf) => {
    const id = newId()
    const host = await documentHost((socket) => socket.end(answerOf(id)))
    at().host = host
    for (let time = 0; time < 5; time++) await expectRefused(await askFor(at(), clientOf(id)))
    expect(host.received).toHaveLength(1)
    expect((await at().events('client.refused'))[0]).toMatchObject({ client: id })
  })

  test.each([
    'http://documents.example/client.json',
    'https://documents.example/',
    'https://documents.example',
    'https://documents.example:8443/client.json',
    'https://user@documents.example/client.json',
    'https://user:word@documents.example/client.json',
    'https://documents.example/client.json#part',
    'https://documents.example/a/../client.json',
    'https://documents.example/a/%2e%2e/client.json',
    'https://DOCUMENTS.example/client.json',
    'https://documents.example./client.json',
    'https://127.0.0.1/client.json',
    'https://127.1/client.json',
    'https://2130706433/client.json',
    'https://[::1]/client.json',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/client.json',
    'https://documents.example\\@evil.example/client.json',
    `https://documents.example/${'x'.repeat(600)}`,
    'ftp://documents.example/client.json',
    'file:///etc/passwd',
    'data:application/json,{}',
  ])('is nobody at `%s`, and nothing is looked up', async (id) => {
    const host = await documentHost((socket) => socket.end(response(documentOf(id))))
    at().host = host
    const before = at().asked.length
    await expectRefused(await askFor(at(), clientOf(id)))
    expect(at().asked.length).toBe(before)
    expect(host.dialled).toEqual([])
  })

  test.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['100.64.0.1']],
    [['192.168.1.1', PUBLIC]],
    [[PUBLIC, '::1']],
    [['0.0.0.0']],
    [['::ffff:10.0.0.1']],
    [['fd00::1']],
    [['fe80::1']],
    [['64:ff9b::a00:1']],
    [['2002:7f00:1::']],
    [['224.0.0.1']],
    [['255.255.255.255']],
    [['not an address']],
    [[]],
  ])('is nobody where its host leads to %j, and nothing is dialled', async (addresses) => {
    const id = newId()
    const host = await documentHost((socket) => socket.end(response(documentOf(id))))
    Object.assign(at(), { host, addresses })
    await expectRefused(await askFor(at(), clientOf(id)))
    at().addresses = [PUBLIC]
    expect(host.dialled).toEqual([])
  })

  test('is nobody under a certificate of another host', async () => {
    const id = `https://client.example/client-${++count}.json`
    const host = await documentHost((socket) => socket.end(response(documentOf(id))))
    at().host = host
    await expectRefused(await askFor(at(), clientOf(id)))
    expect(host.received).toEqual([])
  })

  test.each<[string, (socket: { write(data: string): boolean }) => void]>([
    ['says nothing', () => {}],
    [
      'never ends',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"a":"')
        while (socket.write('x'.repeat(16_384)));
      },
    ],
  ])('is nobody when its host %s; the connection does not stay', async (_, answer) => {
    const id = newId()
    const host = await documentHost(answer)
    at().host = host
    await expectRefused(await askFor(at(), clientOf(id)))
    await expect.poll(host.open).toBe(0)
  })

  test('costs its host little, however many ask at once', async () => {
    const domain = `h-${++count}.documents.example`
    let open = 0
    let most = 0
    const host = await documentHost((socket) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        socket.end(response('{}', { 'content-type': 'application/json' }, '404 Not Found'))
      }, 50)
    })
    at().host = host
    const asks = Array.from({ length: 30 }, (_, index) =>
      askFor(at(), clientOf(`https://${domain}/${index}.json`)),
    )
    for (const answer of await Promise.all(asks)) await expectRefused(answer)
    expect(most).toBeLessThanOrEqual(2)
  })

  test('has no pictures, pages or keys fetched, and no markup shown', async () => {
    const id = newId()
    const host = await documentHost((socket) =>
      socket.end(
        response(
          documentOf(id, {
            client_name: '<img src=x>',
            logo_uri: 'https://documents.example/logo',
            client_uri: 'javascript:alert(1)',
            tos_uri: 'https://documents.example/tos',
            policy_uri: 'https://documents.example/policy',
            sector_identifier_uri: 'https://documents.example/sector',
          }),
        ),
      ),
    )
    at().host = host
    const page = await ann.visit(ask(at(), clientOf(id)).url)
    expect(page.text).toContain('&lt;img')
    expect(page.text).not.toMatch(/<img|javascript:|\/logo|\/tos|\/policy/)
    expect(host.received).toHaveLength(1)
  })

  test('does not get errors sent to where its document says', async () => {
    const id = newId()
    const redirect = 'https://client.example/callback'
    at().host = await documentHost((socket) =>
      socket.end(response(documentOf(id, { redirect_uris: [redirect] }))),
    )
    for (const changes of [{ scope: 'zzz' }, { prompt: 'none' }, { code_challenge: undefined }]) {
      const page = await ann.visit(ask(at(), clientOf(id, redirect), changes).url)
      expect([page.status, page.headers.get('location')]).toEqual([400, null])
    }
  })

  test('cannot be one that the operator registered, nor register its address', async () => {
    const id = newId()
    const registering = at().operator.clients.register({
      id,
      name: 'Editor',
      method: 'none',
      redirects: [REDIRECT],
    })
    await expect(registering).rejects.toThrow('a client id has')
  })
})

describe('where only listed hosts may vouch', () => {
  const at = compositionOf({
    metadataDocuments: 'listed',
    hosts: ['.documents.example'],
  })
  let bob: Browser

  beforeAll(async () => {
    await newPerson(at(), 'bob')
    bob = await signedIn(at(), 'bob')
  })

  test.each([
    'https://evil-documents.example/client.json',
    'https://documents.example/client.json',
    'https://documents.example.evil.example/client.json',
  ])('`%s` is nobody, and is not asked', async (id) => {
    const host = await documentHost((socket) => socket.end(response(documentOf(id))))
    at().host = host
    await expectRefused(await askFor(at(), clientOf(id)))
    expect(host.dialled).toEqual([])
  })

  test.each(['https://a.documents.example/a.json', 'https://b.documents.example/a.json'])(
    '`%s` is known, and is told of errors',
    async (id) => {
      at().host = await documentHost((socket) => socket.end(response(documentOf(id))))
      const to = await approve(bob, ask(at(), clientOf(id)))
      expect(to.searchParams.get('code')).not.toBeNull()
      const page = await bob.visit(ask(at(), clientOf(id), { scope: 'zzz' }).url)
      expect(leaving(page)?.searchParams.get('error')).toBe('invalid_scope')
    },
  )
})
