import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { TEST_TLS } from '../testing/tls.ts'
import { createFetchDocument, type OutboundOptions } from './fetch-document.ts'
import { type DocumentHost, documentHost, response } from './testing/document-host.ts'
import { DOCUMENTS_TLS } from './testing/documents-tls.ts'

const URL_OF = 'https://documents.example/client.json?v=1'
/** Time enough for a busy machine; tests of time set their own. */
const LIMITS = { maxBytes: 5_120, timeout: 15_000 }
const PUBLIC = '93.184.216.34'

async function hostWith(answer: Buffer | ((socket: TLSSocket) => void)): Promise<DocumentHost> {
  return documentHost((socket) =>
    Buffer.isBuffer(answer) ? void socket.end(answer) : answer(socket),
  )
}

function fetcher(host: DocumentHost, options: Partial<OutboundOptions> = {}) {
  return createFetchDocument({
    lookup: async () => [PUBLIC],
    dial: host.dial,
    authorities: [DOCUMENTS_TLS.cert],
    ...options,
  })
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fetched',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )

describe('a fetched document', () => {
  test('comes with its type and age; nothing of ours goes along', async () => {
    const host = await hostWith(
      response('{"a":"ü"}', {
        'content-type': 'Application/JSON; charset=utf-8',
        'cache-control': 'public, Max-Age=600',
        age: '100',
        'set-cookie': 'a=b',
      }),
    )
    const fetchDocument = fetcher(host)
    const expected = { status: 200, type: 'application/json', text: '{"a":"ü"}', maxAge: 500 }
    expect(await fetchDocument(URL_OF, LIMITS)).toEqual(expected)
    expect(await fetchDocument(URL_OF, LIMITS)).toEqual(expected)
    const sent = [
      'GET /client.json?v=1 HTTP/1.1',
      'accept: application/json',
      'accept-encoding: identity',
      'user-agent: bailiwick',
      'connection: close',
      'Host: documents.example',
      '',
      '',
    ].join('\r\n')
    // two fetches are two connections
    expect(host.received).toEqual([sent, sent])
    expect(host.dialled).toEqual([[PUBLIC], [PUBLIC]])
  })

  test.each([
    ['max-age=60', undefined, 60],
    ['max-age="60"', undefined, 60],
    ['max-age=60', '90', 0],
    ['max-age=60', 'x', 60],
    ['no-store, max-age=60', undefined, 0],
    ['max-age=60, no-cache="set-cookie"', undefined, 0],
    ['max-age=-1', undefined, undefined],
    ['max-age=1e3', undefined, undefined],
    ['s-maxage=60', undefined, undefined],
    [undefined, '10', undefined],
  ])('cache-control %s, age %s: %s', async (control, age, maxAge) => {
    const headers = {
      ...(control === undefined ? {} : { 'cache-control': control }),
      ...(age === undefined ? {} : { age }),
    }
    const host = await hostWith(response('{}', headers))
    expect(await fetcher(host)(URL_OF, LIMITS)).toMatchObject({ type: '', maxAge })
  })

  test.each([
    '301 Moved Permanently',
    '302 Found',
    '307 Temporary Redirect',
    '308 Permanent Redirect',
  ])('%s is an answer that is not followed', async (status) => {
    const host = await hostWith(
      response('{"a":1}', { location: 'https://other.documents.example/' }, status),
    )
    const answer = await fetcher(host)(URL_OF, LIMITS)
    expect(answer).toMatchObject({ status: Number(status.slice(0, 3)), text: '' })
    expect(host.dialled).toHaveLength(1)
  })

  test.each(['404 Not Found', '500 Oops', '206 Partial'])(
    'of %s nothing but the status is read',
    async (status) => {
      const host = await hostWith(response('x'.repeat(9_000), {}, status))
      expect(await fetcher(host)(URL_OF, LIMITS)).toMatchObject({
        status: Number(status.slice(0, 3)),
        text: '',
      })
    },
  )
})

describe('addresses', () => {
  test('are asked for once, and only what was checked is dialled', async () => {
    const host = await hostWith(response('{}'))
    const answers = [[PUBLIC, '8.8.8.8'], ['127.0.0.1']]
    let asked = 0
    await fetcher(host, { lookup: async () => answers[asked++] ?? [] })(URL_OF, LIMITS)
    expect([asked, host.dialled]).toEqual([1, [[PUBLIC, '8.8.8.8']]])
  })

  test.each([
    [['127.0.0.1']],
    [[PUBLIC, '127.0.0.1']],
    [['::ffff:10.0.0.1', PUBLIC]],
    [['169.254.169.254']],
  ])('%j: nothing is dialled', async (addresses) => {
    const host = await hostWith(response('{}'))
    const fetched = fetcher(host, { lookup: async () => addresses })(URL_OF, LIMITS)
    expect(await codeOf(fetched)).toBe('fetch_refused')
    expect(host.dialled).toEqual([])
  })

  test('a URL that is refused is not even looked up', async () => {
    const host = await hostWith(response('{}'))
    const lookup = async () => expect.unreachable()
    const fetched = fetcher(host, { lookup })('https://127.0.0.1/', LIMITS)
    expect(await codeOf(fetched)).toBe('fetch_refused')
  })

  test('the operator may name a host on a private network, and only that one', async () => {
    const host = await hostWith(response('{}'))
    const options: OutboundOptions = {
      lookup: async () => ['127.0.0.1'],
      authorities: [DOCUMENTS_TLS.cert],
      named: (name, port) => name === 'intranet' && port === host.port,
    }
    const fetchDocument = createFetchDocument(options)
    const url = `https://intranet:${host.port}/`
    expect(await fetchDocument(url, LIMITS)).toMatchObject({ status: 200 })
    expect(await codeOf(fetchDocument(URL_OF, LIMITS))).toBe('fetch_refused')
    const linkLocal = createFetchDocument({ ...options, lookup: async () => ['169.254.1.1'] })
    expect(await codeOf(linkLocal(url, LIMITS))).toBe('fetch_refused')
    expect(host.received).toHaveLength(1)
  })

  test('the next address is dialled when one does not answer', async () => {
    const host = await hostWith(response('{}'))
    const fetchDocument = createFetchDocument({
      // nobody listens there
      lookup: async () => ['127.99.99.99', '127.0.0.1'],
      authorities: [DOCUMENTS_TLS.cert],
      named: () => true,
    })
    const url = `https://intranet:${host.port}/`
    expect(await fetchDocument(url, LIMITS)).toMatchObject({ status: 200 })
  })

  test.each([
    ['fails', async () => Promise.reject(new Error('SERVFAIL'))],
    ['throws', () => expect.unreachable()],
    ['is empty', async () => []],
    ['never comes', () => new Promise<never>(() => {})],
  ])('a look-up that %s is a failure', async (_, lookup) => {
    const host = await hostWith(response('{}'))
    const fetched = fetcher(host, { lookup })(URL_OF, { ...LIMITS, timeout: 50 })
    expect(await codeOf(fetched)).toBe('fetch_failed')
  })

  test('a host that the operator named is looked up as other programs do', async () => {
    const host = await hostWith(response('{}'))
    const fetchDocument = createFetchDocument({ dial: host.dial, named: () => true })
    expect(await codeOf(fetchDocument('https://localhost/', LIMITS))).toBe('fetch_failed')
    expect(host.dialled.flat()).toContain('127.0.0.1')
  })
})

describe('certificates', () => {
  test.each([
    ['for another name', 'https://client.example/', [DOCUMENTS_TLS.cert]],
    ['of an unknown signer', URL_OF, undefined],
    ['of another signer', URL_OF, [TEST_TLS.cert]],
  ])('%s are not taken', async (_, url, authorities) => {
    const host = await hostWith(response('{}'))
    const fetchDocument = createFetchDocument({
      lookup: async () => [PUBLIC],
      dial: host.dial,
      ...(authorities === undefined ? {} : { authorities }),
    })
    expect(await codeOf(fetchDocument(url, LIMITS))).toBe('fetch_failed')
    expect(host.received.join('')).toBe('')
  })
})

describe('hosts that mean no good', () => {
  const never = (socket: TLSSocket, piece: string) => {
    const timer = setInterval(() => socket.write(piece), 5)
    socket.on('close', () => clearInterval(timer))
  }
  const HEAD = 'HTTP/1.1 200 OK\r\n'

  test.each<[string, Buffer | ((socket: TLSSocket) => void)]>([
    ['no answer', () => {}],
    [
      'slow headers',
      (socket) => {
        socket.write(HEAD)
        never(socket, 'a: b\r\n')
      },
    ],
    [
      'a slow body',
      (socket) => {
        socket.write(`${HEAD}content-length: 999\r\n\r\n`)
        never(socket, 'a')
      },
    ],
    [
      'a slow chunked body',
      (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
        never(socket, '1\r\na\r\n')
      },
    ],
    ['endless interim answers', (socket) => never(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    [
      'a body that is never over',
      (socket) => void socket.write(`${HEAD}content-length: 9\r\n\r\n{}`),
    ],
  ])('%s: over in time', async (_, answer) => {
    const host = await hostWith(answer)
    const fetched = fetcher(host)(URL_OF, { maxBytes: 100_000, timeout: 150 })
    expect(await codeOf(fetched)).toBe('fetch_failed')
    await expect.poll(host.open, { timeout: 10_000 }).toBe(0)
  })

  test.each<[string, Buffer | ((socket: TLSSocket) => void)]>([
    ['a body that is too large', response('x'.repeat(5_121))],
    [
      'an endless body',
      (socket) => {
        socket.write(`${HEAD}\r\n`)
        never(socket, 'x'.repeat(4_000))
      },
    ],
    [
      'an endless chunked body',
      (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
        never(socket, `1000\r\n${'x'.repeat(4_096)}\r\n`)
      },
    ],
    ['headers that are too large', response('{}', { a: 'x'.repeat(17_000) })],
    [
      'many headers',
      response(
        '{}',
        Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`a${index}`, 'b'])),
      ),
    ],
    ['an encoded body', response(gzipSync('{}'), { 'content-encoding': 'gzip' })],
    ['an unknown coding', response('{}', { 'content-encoding': 'x' })],
    ['a body that is not UTF-8', response(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a body that breaks off', Buffer.from(`${HEAD}content-length: 9\r\n\r\n{}`)],
    ['two lengths', Buffer.from(`${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`)],
    [
      'an upgrade',
      Buffer.from('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    ],
    ['what is not HTTP', Buffer.from('hello\r\n\r\n')],
    ['nothing at all', Buffer.alloc(0)],
    ['a connection that is cut', (socket) => void socket.destroy()],
  ])('%s: a failure, without waiting', async (_, answer) => {
    const host = await hostWith(answer)
    const fetched = fetcher(host)(URL_OF, LIMITS)
    expect(await codeOf(fetched)).toBe('fetch_failed')
    await expect.poll(host.open, { timeout: 10_000 }).toBe(0)
  })

  test('as many bytes as are allowed are taken', async () => {
    const host = await hostWith(response('x'.repeat(5_120)))
    expect((await fetcher(host)(URL_OF, LIMITS)).text).toHaveLength(5_120)
  })

  test('a handshake that never ends is over in time', async () => {
    const silent = createServer(() => {})
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    const fetchDocument = createFetchDocument({
      lookup: async () => ['127.0.0.1'],
      named: () => true,
    })
    const fetched = fetchDocument(`https://intranet:${port}/`, { ...LIMITS, timeout: 100 })
    expect(await codeOf(fetched)).toBe('fetch_failed')
  })
})

test('no proxy of the environment is asked, and no certificate taken because it says so', async () => {
  let proxied = 0
  const proxy = createServer((socket) => {
    proxied++
    socket.destroy()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  const host = await hostWith(response('{"a":1}'))
  const at = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const script = `
    const { createFetchDocument } = await import(${JSON.stringify(join(import.meta.dirname, 'fetch-document.ts'))})
    const said = (promise) => promise.then(({ text }) => text, ({ code }) => code)
    const url = 'https://intranet:${host.port}/'
    const shared = { lookup: async () => ['127.0.0.1'], named: () => true }
    console.log(await said(createFetchDocument({ ...shared, authorities: [process.env.CERT] })(url, ${JSON.stringify(LIMITS)})))
    console.log(await said(createFetchDocument(shared)(url, ${JSON.stringify(LIMITS)})))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    {
      env: {
        NODE_USE_ENV_PROXY: '1',
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
        HTTPS_PROXY: at,
        https_proxy: at,
        HTTP_PROXY: at,
        ALL_PROXY: at,
        CERT: DOCUMENTS_TLS.cert,
      },
    },
  )
  expect(stdout).toBe('{"a":1}\nfetch_failed\n')
  expect(proxied).toBe(0)
})
