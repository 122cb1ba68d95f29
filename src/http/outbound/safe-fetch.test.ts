import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { clientCredentialsGrant, customFetch, discovery } from 'openid-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { webFetch } from '../../kernel/safe-fetch.ts'
import { dialChecked } from './dial.ts'
import { createSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'
import { DOCUMENTS_TLS } from './testing/documents-tls.ts'

const LIMITS = { maxBytes: 1_024, timeout: 15_000 }
const ORIGIN = 'https://as.documents.example'

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function host(kind: 'tls' | 'plain', answer: (to: ServerResponse, got: Received) => void) {
  const received: Received[] = []
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url = '', headers } = request
    const got = { method, url, headers, body }
    received.push(got)
    answer(response, got)
  }
  const server = kind === 'tls' ? createTlsServer(DOCUMENTS_TLS, listener) : createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, port: (server.address() as AddressInfo).port }
}

/** Fetches from the host as if it were one of the public internet. */
function publicFetch({ port }: { readonly port: number }, options: Partial<SafeFetchOptions> = {}) {
  return createSafeFetch({
    lookup: async () => ['93.184.216.34'],
    dial: (name, _port, _addresses, signal) => dialChecked(name, port, ['127.0.0.1'], signal),
    authorities: [DOCUMENTS_TLS.cert],
    limits: LIMITS,
    ...options,
  })
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

describe('a request', () => {
  test.each(['GET', 'POST', 'PUT', 'DELETE'] as const)('%s arrives whole', async (method) => {
    const to = await host('tls', (response) => response.end('ok'))
    const withBody = method === 'POST' || method === 'PUT'
    const response = await publicFetch(to)(`${ORIGIN}/token?a=b`, {
      method,
      headers: { Authorization: 'Basic eDp5', 'X-Vault-Token': 't' },
      ...(withBody ? { body: 'grant=ü' } : {}),
    })
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect(to.received).toMatchObject([
      {
        ...{ method, url: '/token?a=b', body: withBody ? 'grant=ü' : '' },
        headers: {
          authorization: 'Basic eDp5',
          'x-vault-token': 't',
          host: 'as.documents.example',
        },
      },
    ])
  })

  test('what the connection says of itself is not the caller’s', async () => {
    const to = await host('tls', (response) => response.end('ok'))
    const headers = {
      ...{ Host: 'evil.example', connection: 'keep-alive', 'Transfer-Encoding': 'chunked' },
      ...{ 'Content-Length': '99', 'accept-encoding': 'gzip', 'User-Agent': 'x', expect: 'x' },
      ...{ 'proxy-authorization': 'x', TE: 'trailers', upgrade: 'x', accept: 'a/b' },
    }
    await publicFetch(to)(`${ORIGIN}/`, { method: 'POST', body: 'b', headers })
    expect(to.received[0]?.headers).toEqual({
      ...{ host: 'as.documents.example', connection: 'close', 'content-length': '1' },
      ...{ 'accept-encoding': 'identity', 'user-agent': 'bailiwick', accept: 'a/b' },
    })
  })

  test.each([
    { headers: { a: 'b\r\nc: d' } },
    { headers: { 'a\r\nb': 'c' } },
    { headers: { 'a b': 'c' } },
    { headers: { a: 'ü' } },
    { headers: { a: 'x'.repeat(20_000) } },
    { method: 'TRACE' as 'GET' },
  ])('%j is refused before anything is sent', async (request) => {
    const lookup = async () => expect.unreachable()
    const fetched = createSafeFetch({ lookup, limits: LIMITS })(`${ORIGIN}/`, request)
    expect(await codeOf(fetched)).toBe('fetch_refused')
    await expect(fetched).rejects.not.toThrow(/ü|c: d|xxx/)
  })

  test('one that nobody waits for any more is not sent; one under way ends', async () => {
    const to = await host('tls', () => {})
    const fetch = publicFetch(to)
    const over = fetch(`${ORIGIN}/`, { signal: AbortSignal.abort() })
    expect(await codeOf(over)).toBe('fetch_failed')
    const controller = new AbortController()
    const running = fetch(`${ORIGIN}/`, { signal: controller.signal })
    await expect.poll(() => to.received.length).toBe(1)
    controller.abort()
    expect(await codeOf(running)).toBe('fetch_failed')
  })
})

describe('an answer', () => {
  test.each([200, 302, 400, 401, 404, 500])(
    '%i is given whole, and not followed',
    async (status) => {
      const to = await host('tls', (response) =>
        response
          .writeHead(status, {
            ...{ location: '/next', 'content-type': 'application/json' },
            'www-authenticate': ['Bearer a="b"', 'DPoP'],
          })
          .end('{"error":"invalid_grant"}'),
      )
      const response = await publicFetch(to)(`${ORIGIN}/`)
      expect(response.status).toBe(status)
      expect(response.headers.get('www-authenticate')).toBe('Bearer a="b", DPoP')
      expect(response.headers.get('location')).toBe('/next')
      expect(await response.json()).toEqual({ error: 'invalid_grant' })
      expect(to.received).toHaveLength(1)
    },
  )

  test.each([204, 205, 304])('%i has no body', async (status) => {
    const to = await host('tls', (response) => response.writeHead(status).end())
    const response = await publicFetch(to)(`${ORIGIN}/`, { method: 'DELETE' })
    expect([response.status, response.body]).toEqual([status, null])
  })

  test.each<[string, (to: ServerResponse) => void]>([
    ['too large', (to) => to.end('x'.repeat(1_025))],
    ['a failure that is too large', (to) => to.writeHead(400).end('x'.repeat(1_025))],
    ['encoded', (to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a'))],
    ['said to be encoded', (to) => to.writeHead(200, { 'content-encoding': 'br' }).end('a')],
    ['not UTF-8', (to) => to.end(Buffer.from([0xff]))],
    ['of no known status', (to) => to.writeHead(999).end()],
    [
      'cut off',
      (to) => void to.writeHead(200, { 'content-length': '9' }).write('a', () => to.destroy()),
    ],
  ])('that is %s is refused', async (_, answer) => {
    const to = await host('tls', answer)
    expect(await codeOf(publicFetch(to)(`${ORIGIN}/`))).toBe('fetch_failed')
  })

  test('has no type that the host did not name', async () => {
    const to = await host('tls', (response) => response.end('{}'))
    expect((await publicFetch(to)(`${ORIGIN}/`)).headers.get('content-type')).toBeNull()
  })

  test('that never comes is over in time', async () => {
    const to = await host('tls', () => {})
    const fetch = publicFetch(to, { limits: { ...LIMITS, timeout: 100 } })
    expect(await codeOf(fetch(`${ORIGIN}/`))).toBe('fetch_failed')
  })
})

describe('where nothing is sent', () => {
  test.each([
    ['https://as.documents.example/', ['10.0.0.1'], false],
    ['https://as.documents.example/', ['93.184.216.34', '127.0.0.1'], false],
    ['https://as.documents.example/', ['169.254.169.254'], true],
    ['https://as.documents.example/', ['fd00:ec2::254'], true],
    ['http://localhost/', ['10.0.0.1'], true],
    ['http://localhost/', ['127.0.0.1'], false],
    ['http://as.documents.example/', ['93.184.216.34'], true],
    ['https://169.254.169.254/', [], true],
    ['javascript:alert(1)', [], true],
  ])('%s at %j, named: %s', async (url, addresses, named) => {
    const fetch = createSafeFetch({
      named: () => named,
      lookup: async () => addresses,
      dial: async () => expect.unreachable(),
      limits: LIMITS,
    })
    expect(await codeOf(fetch(url))).toBe('fetch_refused')
  })

  test('a named host may be private, and this machine plain', async () => {
    const [tls, plain] = [
      await host('tls', (response) => response.end('a')),
      await host('plain', (response) => response.end('b')),
    ]
    const fetch = createSafeFetch({
      named: (_, port) => [tls.port, plain.port].includes(port),
      lookup: async () => ['127.0.0.1'],
      authorities: [DOCUMENTS_TLS.cert],
      limits: LIMITS,
    })
    expect(await (await fetch(`https://intranet:${tls.port}/`)).text()).toBe('a')
    expect(await (await fetch(`http://localhost:${plain.port}/`)).text()).toBe('b')
    expect(await codeOf(fetch(`http://localhost:${tls.port + 1}/`))).toBe('fetch_refused')
  })
})

describe('in the hands of an OAuth library', () => {
  const METADATA = {
    ...{ issuer: ORIGIN, token_endpoint: `${ORIGIN}/token` },
    ...{ authorization_endpoint: `${ORIGIN}/authorize`, jwks_uri: `${ORIGIN}/keys` },
  }

  test('it discovers, and asks for tokens; failures keep what they say', async () => {
    let granted = false
    const to = await host('tls', (response, { url }) => {
      response.setHeader('content-type', 'application/json')
      if (url.startsWith('/.well-known/')) response.end(JSON.stringify(METADATA))
      else if (granted) response.end('{"access_token":"at-1","token_type":"bearer"}')
      else response.writeHead(400).end('{"error":"invalid_client"}')
    })
    const config = await discovery(new URL(ORIGIN), 'me', 'hidden', undefined, {
      algorithm: 'oauth2',
      [customFetch]: webFetch(publicFetch(to)),
    })
    await expect(clientCredentialsGrant(config)).rejects.toMatchObject({ error: 'invalid_client' })
    granted = true
    expect(await clientCredentialsGrant(config)).toMatchObject({ access_token: 'at-1' })
    expect(to.received.at(-1)).toMatchObject({
      method: 'POST',
      url: '/token',
      headers: { 'content-type': expect.stringContaining('application/x-www-form-urlencoded') },
      body: expect.stringContaining('grant_type=client_credentials'),
    })
  })

  test.each([
    [{ method: 'PATCH', headers: {} }],
    [{ method: 'POST', headers: {}, body: new Uint8Array(1) }],
  ])('%j is refused', async (init) => {
    const fetch = webFetch(async () => expect.unreachable())
    expect(await codeOf(fetch(`${ORIGIN}/`, init))).toBe('fetch_refused')
  })
})
