import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { fakeGateway } from './testing/fake-gateway.ts'
import {
  around,
  initialize,
  JSON_HEADERS,
  legacy,
  messages,
  modern,
  post,
  start,
} from './testing/start.ts'
import { TEST_TLS } from './testing/tls.ts'

const LIST = modern('tools/list')

/** A request with headers that `fetch` would not let us set. */
function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  body = JSON.stringify(LIST.body),
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', headers: { ...JSON_HEADERS, ...LIST.headers, ...headers } },
      async (response) => {
        let text = ''
        for await (const chunk of response) text += chunk
        resolve({ status: response.statusCode ?? 0, body: text })
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

describe('binding', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1'])(
    '%s is refused without TLS or a proxy',
    async (host) => {
      await expect(start({ host })).rejects.toThrow('without TLS or a declared proxy')
    },
  )

  test('others may reach it when a proxy is declared', async () => {
    const { url, port } = await start({ host: '0.0.0.0', behindProxy: true })
    expect(url).toBe(`http://0.0.0.0:${port}`)
  })

  test('others may reach it over TLS', async () => {
    const { url, port } = await start({ host: '0.0.0.0', tls: TEST_TLS })
    expect(url).toBe(`https://0.0.0.0:${port}`)
    const send = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = {
          method: 'GET',
          headers: { host },
          servername: 'localhost',
          ca: TEST_TLS.cert,
        }
        const request = httpsRequest(`https://localhost:${port}/mcp`, options, (response) =>
          resolve(response.resume().statusCode),
        )
        request.on('error', reject).end()
      })
    expect(await send(`localhost:${port}`)).toBe(401)
    expect(await send('evil.example.com')).toBe(403)
  })

  test('a port in use is an error', async () => {
    const { port } = await start()
    await expect(start({ port })).rejects.toThrow('EADDRINUSE')
  })
})

describe('where a request comes from', () => {
  test('an unknown host is refused, before anything else', async () => {
    const { port, gateway } = await start()
    const answer = await send(`http://127.0.0.1:${port}/mcp`, { host: 'evil.example.com' })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({
      id: null,
      error: { data: { code: 'host_refused' } },
    })
    expect(gateway.exchanges).toEqual([])
  })

  test('a foreign origin is refused', async () => {
    const { port, gateway } = await start()
    const url = `http://127.0.0.1:${port}/mcp`
    for (const origin of ['http://evil.example.com', 'null'])
      expect((await send(url, { origin })).status).toBe(403)
    expect(gateway.exchanges).toEqual([])
    expect((await send(url, { origin: `http://localhost:${port}` })).status).toBe(200)
  })
})

describe('where a request goes', () => {
  test('to all servers, or to one', async () => {
    const { url, gateway } = await start()
    await post(`${url}/mcp`, LIST.body, LIST.headers)
    await post(`${url}/mcp/files`, LIST.body, LIST.headers)
    expect(gateway.exchanges.map(({ conversation }) => conversation.endpoint)).toEqual([
      { kind: 'all' },
      { kind: 'server', server: 'files' },
    ])
  })

  test.each([
    ['/mcp/other', 'server_unknown', 404],
    ['/', 'path_unknown', 404],
    ['/mcp/', 'path_unknown', 404],
    ['/mcp/files/', 'path_unknown', 404],
    ['/mcp/%66iles', 'path_unknown', 404],
    ['/MCP', 'path_unknown', 404],
    ['/mcp?access_token=alice', 'message_malformed', 400],
    ['/mcp/files?', 'message_malformed', 400],
  ])('%s: %s', async (path, code, status) => {
    const { url, gateway } = await start()
    const response = await post(url + path, LIST.body, LIST.headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { data: { code } } })
    expect(gateway.exchanges).toEqual([])
  })

  test('a stranger does not learn which servers there are', async () => {
    const { url } = await start()
    for (const name of ['files', 'other'])
      expect((await fetch(`${url}/mcp/${name}`, { method: 'POST' })).status).toBe(401)
  })

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])(
    '%s without a session: 405',
    async (method) => {
      const { url } = await start()
      const headers = { ...JSON_HEADERS, accept: 'text/event-stream' }
      const response = await fetch(`${url}/mcp`, { method, headers })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
    },
  )

  test('an extra path is served without a token, but not to a foreign host', async () => {
    const { url, port } = await start({
      around: around(undefined, (path) =>
        path === '/healthz' ? (_, response) => void response.end('ok') : undefined,
      ),
    })
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok')
    const other = await send(`http://127.0.0.1:${port}/healthz`, { host: 'evil.example.com' })
    expect(other.status).toBe(403)
  })
})

describe('what a request carries', () => {
  test.each([
    'text/plain',
    'application/jsonp',
    'application/json; charset=latin1',
    'text/application/json',
  ])('content type %s: 415', async (type) => {
    const { url } = await start()
    const response = await post(`${url}/mcp`, LIST.body, { ...LIST.headers, 'content-type': type })
    expect(response.status).toBe(415)
  })

  test('a content coding: 415', async () => {
    const { url } = await start()
    const headers = { ...LIST.headers, 'content-encoding': 'gzip' }
    expect((await post(`${url}/mcp`, LIST.body, headers)).status).toBe(415)
  })

  test.each(['application/json', 'text/event-stream', 'text/html', ''])(
    'accept `%s`: 406',
    async (accept) => {
      const { url } = await start()
      expect((await post(`${url}/mcp`, LIST.body, { ...LIST.headers, accept })).status).toBe(406)
    },
  )

  test.each(['*/*', 'text/event-stream;q=1 , application/json', 'application/*, text/*'])(
    'accept `%s` is taken',
    async (accept) => {
      const { url } = await start()
      expect((await post(`${url}/mcp`, LIST.body, { ...LIST.headers, accept })).status).toBe(200)
    },
  )

  test.each([
    ['{', 'json_malformed'],
    ['', 'json_malformed'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}', 'json_ambiguous'],
    ['[]', 'batch_refused'],
    ['{"jsonrpc":"2.0"}', 'message_malformed'],
  ])('%s: %s', async (body, code) => {
    const { url, gateway } = await start()
    const response = await post(`${url}/mcp`, body, LIST.headers)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ id: null, error: { data: { code } } })
    expect(gateway.exchanges).toEqual([])
  })

  test('the text reaches the gateway as it was sent', async () => {
    const { url, gateway } = await start()
    const text = JSON.stringify(LIST.body, undefined, 2)
    await post(`${url}/mcp`, text, LIST.headers)
    expect(gateway.exchanges[0]?.text).toBe(text)
  })
})

describe('a gateway that fails', () => {
  test('with what it must not throw: 500, and nothing of it outside the log', async () => {
    const gateway = { ...fakeGateway(), handle: () => Promise.reject(new Error('secret 12345')) }
    const { url, log } = await start({ gateway })
    const response = await post(`${url}/mcp`, LIST.body, LIST.headers)
    const body = await response.text()
    expect(response.status).toBe(500)
    expect(body).not.toContain('12345')
    expect(JSON.parse(body)).toMatchObject({
      id: 1,
      error: { code: -32603, data: { code: 'internal' } },
    })
    expect(log.join()).toContain('secret 12345')
    expect(log.join()).toContain(JSON.parse(body).error.data.requestId)
  })

  test('on a stream: the error ends it', async () => {
    const gateway = fakeGateway()
    const handle: typeof gateway.handle = (exchange) => {
      exchange.notify({ kind: 'notification', method: 'notifications/message', params: {} })
      return Promise.reject(new Error('late'))
    }
    const { url } = await start({ gateway: { ...gateway, handle } })
    const all = await messages(await post(`${url}/mcp`, LIST.body, LIST.headers))
    expect(all.at(-1)).toMatchObject({ id: 1, error: { data: { code: 'internal' } } })
  })

  test('with a code of its own: that code', async () => {
    const error = new GatewayError('audit_unavailable', 'calls cannot be recorded')
    const gateway = { ...fakeGateway(), handle: () => Promise.reject(error) }
    const { url } = await start({ gateway })
    const response = await post(`${url}/mcp`, LIST.body, LIST.headers)
    expect(response.status).toBe(503)
  })
})

describe('quota', () => {
  test('one subject cannot keep all for itself', async () => {
    const { url } = await start({ limits: { maxStreams: 2 } })
    const abort = new AbortController()
    const call = modern('tools/call', { name: 'wait' })
    const held = [1, 2].map(() => post(`${url}/mcp`, call.body, call.headers, abort.signal))
    await vi.waitFor(async () => {
      const response = await post(`${url}/mcp`, LIST.body, LIST.headers)
      expect(response.status).toBe(429)
    })
    const other = await post(`${url}/mcp`, LIST.body, {
      ...LIST.headers,
      authorization: 'Bearer bob',
    })
    expect(other.status).toBe(200)
    abort.abort()
    await Promise.allSettled(held)
    await vi.waitFor(async () => {
      expect((await post(`${url}/mcp`, LIST.body, LIST.headers)).status).toBe(200)
    })
  })
})

describe('close', () => {
  test('cancels what runs, ends sessions, and stops listening', async () => {
    const { url, gateway, close } = await start()
    const call = modern('tools/call', { name: 'wait' })
    const running = post(`${url}/mcp`, call.body, call.headers)
    const session = await initialize(`${url}/mcp`)
    const stream = await fetch(`${url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream' },
    })
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(2))
    const closed = close(200)
    expect(await (await running).json()).toMatchObject({
      result: { content: [{ text: 'cancelled' }] },
    })
    await stream.text()
    await closed
    expect(gateway.exchanges[1]?.conversation.ended.aborted).toBe(true)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('takes no more requests on connections that are still open', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const { port, gateway, close } = await start({ gateway: fakeGateway({ slow: () => promise }) })
    const socket = connect(port, '127.0.0.1')
    const send = ({ body, headers }: ReturnType<typeof modern>): void => {
      const text = JSON.stringify(body)
      const all = { ...JSON_HEADERS, ...headers, host: `127.0.0.1:${port}` }
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
      const length = `content-length: ${text.length}\r\n\r\n`
      socket.write(`POST /mcp HTTP/1.1\r\n${lines.join('')}${length}${text}`)
    }
    send(modern('tools/call', { name: 'slow' }))
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    const closed = close(10_000)
    send(LIST)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    resolve('in time')
    await closed
    await vi.waitFor(() => expect(text).toContain('shutting_down'))
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503'])
    expect(gateway.exchanges).toHaveLength(1)
  })

  test('lets short calls end', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const { url, gateway, close } = await start({ gateway: fakeGateway({ slow: () => promise }) })
    const call = modern('tools/call', { name: 'slow' })
    const running = post(`${url}/mcp`, call.body, call.headers)
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    const closed = close(10_000)
    resolve('in time')
    expect(await (await running).text()).toContain('in time')
    await closed
  })

  test('does not wait longer than its grace', async () => {
    const stuck = fakeGateway({ stuck: () => new Promise(() => {}) })
    const { url, gateway, close } = await start({ gateway: stuck })
    const call = modern('tools/call', { name: 'stuck' })
    const running = post(`${url}/mcp`, call.body, call.headers)
    running.catch(() => {})
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    await close(100)
    await expect(running).rejects.toThrow('fetch failed')
  })
})

test('legacy messages of every kind need a session', async () => {
  const { url, gateway } = await start()
  const bodies = [
    legacy('tools/list'),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 1, result: {} },
  ]
  for (const body of bodies) {
    const response = await post(`${url}/mcp`, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { data: { code: 'session_missing' } } })
  }
  expect(gateway.exchanges).toEqual([])
})
