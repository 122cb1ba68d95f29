import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dialChecked } from './dial.ts'
import type { OutboundOptions } from './fetch-document.ts'
import { createPostDocument } from './post-document.ts'
import { DOCUMENTS_TLS } from './testing/documents-tls.ts'

const LIMITS = { maxBytes: 1_024, timeout: 15_000 }
const DOCUMENT = { type: 'application/json', body: '{"a":"ü"}' } as const
const PUBLIC = '93.184.216.34'
const OK = (response: ServerResponse): void => void response.end('ok')

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function receiver(kind: 'tls' | 'plain', answer: (response: ServerResponse) => void) {
  const received: Received[] = []
  const listener: RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body })
    answer(response)
  }
  const server = kind === 'tls' ? createTlsServer(DOCUMENTS_TLS, listener) : createServer(listener)
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, port: (server.address() as AddressInfo).port }
}

/** Posts to the receiver as if it were a host of the public internet. */
function poster({ port }: { readonly port: number }, options: Partial<OutboundOptions> = {}) {
  return createPostDocument({
    lookup: async () => [PUBLIC],
    dial: (host, _port, _addresses, signal) => dialChecked(host, port, ['127.0.0.1'], signal),
    authorities: [DOCUMENTS_TLS.cert],
    ...options,
  })
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'sent',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

const only = (one: number) => (_host: string, port: number) => port === one

describe('a document that is posted', () => {
  test('arrives whole, with its headers; the answer comes back', async () => {
    const host = await receiver('tls', OK)
    const headers = { 'webhook-id': 'msg_1' }
    const sent = await poster(host)(
      'https://documents.example/in?a=b',
      { ...DOCUMENT, headers },
      LIMITS,
    )
    expect(sent).toEqual({ status: 200, text: 'ok' })
    expect(host.received).toEqual([
      {
        method: 'POST',
        url: '/in?a=b',
        body: DOCUMENT.body,
        headers: {
          'webhook-id': 'msg_1',
          accept: '*/*',
          'content-type': 'application/json',
          'content-length': '10',
          'accept-encoding': 'identity',
          'user-agent': 'bailiwick',
          connection: 'close',
          host: 'documents.example',
        },
      },
    ])
  })

  test.each([301, 302, 303, 307, 308])('%i is an answer that is not followed', async (status) => {
    const host = await receiver('plain', (response) => {
      response.writeHead(status, { location: `http://localhost:${host.port}/next` }).end('x')
    })
    const post = createPostDocument({ named: only(host.port) })
    const answer = await post(`http://localhost:${host.port}/`, DOCUMENT, LIMITS)
    expect(answer).toEqual({ status, text: '' })
    expect(host.received).toHaveLength(1)
  })

  test.each<[string, (response: ServerResponse) => void, object]>([
    ['too much', (to) => to.end('x'.repeat(2_000)), { status: 200, text: '' }],
    ['endless', (to) => void setInterval(() => to.write('x'.repeat(900)), 5).unref(), { text: '' }],
    ['not UTF-8', (to) => to.end(Buffer.from([0xff])), { status: 200, text: '' }],
    [
      'encoded',
      (to) => to.setHeader('content-encoding', 'gzip').end(gzipSync('ok')),
      { status: 200, text: '' },
    ],
    ['a failure', (to) => to.writeHead(500).end('secrets'), { status: 500, text: '' }],
    [
      'later',
      (to) => to.writeHead(429, { 'retry-after': '7' }).end(),
      { status: 429, text: '', retryAfter: 7_000 },
    ],
    [
      'much later',
      (to) => to.writeHead(503, { 'retry-after': '999999999' }).end(),
      { retryAfter: 86_400_000 },
    ],
  ])('an answer that is %s is bounded', async (_, answer, expected) => {
    const host = await receiver('plain', answer)
    const post = createPostDocument({ named: only(host.port) })
    expect(await post(`http://127.0.0.1:${host.port}/`, DOCUMENT, LIMITS)).toMatchObject(expected)
  })

  test('an answer that never comes is over in time', async () => {
    const host = await receiver('plain', () => {})
    const post = createPostDocument({ named: only(host.port) })
    const sent = post(`http://localhost:${host.port}/`, DOCUMENT, { ...LIMITS, timeout: 100 })
    expect(await codeOf(sent)).toBe('fetch_failed')
  })
})

describe('where documents do not go', () => {
  test.each([
    ['http://documents.example/'],
    ['http://10.0.0.1/'],
    ['http://169.254.169.254/latest/'],
    ['http://localhost.documents.example/'],
    ['http://127.1/'],
    ['http://2130706433/'],
    ['http://0x7f000001/'],
    ['http://[::ffff:127.0.0.1]/'],
    ['http://user@localhost/'],
    ['http://localhost:80@documents.example/'],
    ['http://localhost\\@documents.example/'],
    ['http://localhost:99999/'],
    ['http://localhost/a/../b'],
    ['http://localhost/#a'],
    ['http:/localhost/'],
    ['https://127.0.0.1/'],
    ['https://user@documents.example/'],
    ['file:///etc/passwd'],
  ])('%s is refused even where everything is named', async (url) => {
    const lookup = async () => expect.unreachable()
    const post = createPostDocument({ lookup, named: () => true })
    expect(await codeOf(post(url, DOCUMENT, LIMITS))).toBe('fetch_refused')
  })

  test('this machine is reached only where the operator named it', async () => {
    const host = await receiver('plain', OK)
    const urls = ['localhost', '127.0.0.1'].map((name) => `http://${name}:${host.port}/`)
    for (const url of urls)
      expect(await codeOf(createPostDocument()(url, DOCUMENT, LIMITS))).toBe('fetch_refused')
    const other = createPostDocument({ named: only(host.port + 1) })
    for (const url of urls) expect(await codeOf(other(url, DOCUMENT, LIMITS))).toBe('fetch_refused')
    expect(host.received).toEqual([])
    const named = createPostDocument({ named: only(host.port) })
    for (const url of urls) expect(await codeOf(named(url, DOCUMENT, LIMITS))).toBe('sent')
  })

  test.each([['10.0.0.1'], ['127.0.0.1', PUBLIC], ['169.254.169.254']])(
    'a name that stands for %s and is not the operator’s is refused',
    async (...addresses) => {
      const host = await receiver('tls', OK)
      const post = poster(host, { lookup: async () => addresses })
      expect(await codeOf(post('https://documents.example/', DOCUMENT, LIMITS))).toBe(
        'fetch_refused',
      )
      expect(host.received).toEqual([])
    },
  )

  test('what is plain does not leave this machine, whatever its name stands for', async () => {
    const host = await receiver('plain', OK)
    for (const address of ['10.0.0.1', PUBLIC]) {
      const post = poster(host, { lookup: async () => [address], named: () => true })
      expect(await codeOf(post('http://localhost/', DOCUMENT, LIMITS))).toBe('fetch_refused')
    }
    expect(host.received).toEqual([])
  })

  test('a named host may be on a private network, with a certificate of its own', async () => {
    const host = await receiver('tls', OK)
    const post = createPostDocument({
      lookup: async () => ['127.0.0.1'],
      authorities: [DOCUMENTS_TLS.cert],
      named: (name) => name === 'intranet',
    })
    expect(await codeOf(post(`https://intranet:${host.port}/`, DOCUMENT, LIMITS))).toBe('sent')
    const foreign = createPostDocument({ lookup: async () => ['127.0.0.1'], named: () => true })
    expect(await codeOf(foreign(`https://intranet:${host.port}/`, DOCUMENT, LIMITS))).toBe(
      'fetch_failed',
    )
    expect(host.received).toHaveLength(1)
  })
})
