import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { fakeGateway } from './testing/fake-gateway.ts'
import { modern, raw, start } from './testing/start.ts'

const LIST = modern('tools/list')
const BODY = JSON.stringify(LIST.body)

/** A well-formed request; a test adds or replaces lines of its head. */
function head(port: number, lines: readonly string[] = []): string {
  return [
    'POST /mcp HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Authorization: Bearer alice',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    'Mcp-Method: tools/list',
    ...lines,
    '',
    '',
  ].join('\r\n')
}

const LENGTH = `Content-Length: ${BODY.length}`

test('the request that all others here are changed from is taken', async () => {
  const { port } = await start()
  expect(await raw(port, head(port, [LENGTH]) + BODY)).toMatch(/^HTTP\/1.1 200 /)
})

describe('two readings', () => {
  test.each([
    ['two lengths', [LENGTH, 'Content-Length: 0'], 400],
    ['a list of lengths', [`Content-Length: ${BODY.length}, ${BODY.length}`], 400],
    ['length and coding', [LENGTH, 'Transfer-Encoding: chunked'], 400],
    ['coding and length', ['Transfer-Encoding: chunked', LENGTH], 400],
    ['an unknown coding', ['Transfer-Encoding: xchunked'], 400],
    ['a folded header', [LENGTH, 'X-A: a', ' b'], 400],
    ['a folded token', [LENGTH, 'X-A: a', '\tBearer bob'], 400],
    ['white space before a colon', [LENGTH, 'X-A : a'], 400],
    ['a bare carriage return', [LENGTH, 'X-A: a\rb'], 400],
    ['a null byte', [LENGTH, 'X-A: a\0b'], 400],
    ['two hosts', [LENGTH, 'Host: evil.example.com'], 400],
    ['two tokens', [LENGTH, 'Authorization: Bearer bob'], 400],
    ['two origins', [LENGTH, 'Origin: http://a', 'Origin: http://b'], 400],
    ['two content types', [LENGTH, 'Content-Type: text/plain'], 400],
    ['two methods', [LENGTH, 'Mcp-Method: tools/call'], 400],
    ['two names', [LENGTH, 'Mcp-Name: a', 'MCP-NAME: b'], 400],
    ['two params', [LENGTH, 'Mcp-Param-X: a', 'mcp-param-x: b'], 400],
    ['two sessions', [LENGTH, 'Mcp-Session-Id: a', 'Mcp-Session-Id: b'], 400],
  ])('%s', async (_, lines, status) => {
    const { port, gateway } = await start()
    const answer = await raw(port, head(port, lines) + BODY)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
    expect(gateway.exchanges).toEqual([])
  })

  test('a coding before chunked', async () => {
    const { port, gateway } = await start()
    const chunks = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`
    const plain = head(port, ['Transfer-Encoding: chunked']) + chunks
    expect(await raw(port, plain)).toMatch(/^HTTP\/1.1 200 /)
    expect(await raw(port, plain.replace(': chunked', ': gzip, chunked'))).toMatch(
      /^HTTP\/1.1 400 /,
    )
    expect(gateway.exchanges).toHaveLength(1)
  })

  test('a header that repeats beyond all counting', async () => {
    const { port } = await start()
    const many = Array.from({ length: 2100 }, () => 'x:')
    const lines = [LENGTH, ...many, 'Authorization: Bearer bob']
    expect(await raw(port, head(port, lines) + BODY)).toMatch(/^HTTP\/1.1 400 /)
  })

  test('headers that may repeat do', async () => {
    const { port } = await start()
    const lines = [LENGTH, 'Via: 1.1 a', 'Via: 1.1 b', 'X-Forwarded-For: a', 'X-Forwarded-For: b']
    expect(await raw(port, head(port, lines) + BODY)).toMatch(/^HTTP\/1.1 200 /)
  })

  test('a second request hidden behind the first one is not taken for its body', async () => {
    const { port, gateway } = await start()
    const hidden = head(port, [LENGTH]) + BODY
    await raw(
      port,
      `${head(port, ['Content-Length: 4', 'Transfer-Encoding: chunked'])}0\r\n\r\n${hidden}`,
    )
    expect(gateway.exchanges).toEqual([])
  })

  test('a trailer is not a header', async () => {
    const { port, gateway } = await start()
    const lines = ['Transfer-Encoding: chunked', 'Trailer: Mcp-Param-X']
    const chunk = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\nMcp-Param-X: a\r\n\r\n`
    expect(await raw(port, head(port, lines) + chunk)).toMatch(/^HTTP\/1.1 200 /)
    expect(gateway.exchanges[0]?.headers).toEqual({})
  })
})

describe('targets', () => {
  test('for another host are refused', async () => {
    const { port, gateway } = await start()
    const bytes =
      head(port, [LENGTH]).replace('POST /mcp', 'POST http://evil.example.com/mcp') + BODY
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1.1 403 /)
    expect(gateway.exchanges).toEqual([])
  })

  test('in absolute form for this host are taken (RFC 9112 section 3.2.2)', async () => {
    const { port } = await start()
    const bytes =
      head(port, [LENGTH]).replace('POST /mcp', `POST http://127.0.0.1:${port}/mcp`) + BODY
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1.1 200 /)
  })

  test('without a host are refused', async () => {
    const { port } = await start()
    const bytes = head(port, [LENGTH]).replace(/Host: .*\r\n/, '') + BODY
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1.1 403 /)
    expect(await raw(port, bytes.replace('HTTP/1.1', 'HTTP/1.0'))).toMatch(/^HTTP\/1.1 403 /)
  })

  test('of a tunnel are refused', async () => {
    const { port } = await start()
    expect(await raw(port, `CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).toBe(
      '',
    )
  })
})

describe('bounds', () => {
  test('a body that takes too long: 408, and the connection is closed', async () => {
    const { port, gateway } = await start({ limits: { bodyTimeout: 200 } })
    const answer = await raw(port, head(port, [LENGTH]) + BODY.slice(1), 5000)
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toContain('body_too_slow')
    expect(gateway.exchanges).toEqual([])
  })

  test('a head that takes too long: 408, and the connection is closed', async () => {
    const { port } = await start({ limits: { bodyTimeout: 200 } })
    expect(await raw(port, 'POST /mcp HTTP/1.1\r\nHost:', 5000)).toMatch(/^HTTP\/1.1 408 /)
    expect(await raw(port, '', 5000)).toMatch(/^HTTP\/1.1 408 /)
  })

  test('headers that are too large: 431, and the connection is closed', async () => {
    const { port } = await start({ limits: { maxHeader: 2048 } })
    const answer = await raw(port, head(port, [LENGTH, `X-A: ${'a'.repeat(2048)}`]) + BODY)
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toContain('headers_too_large')
  })

  test('a declared body that is too large: 413 before any of it is read', async () => {
    const { port, gateway } = await start({ limits: { maxBody: 1000 } })
    const answer = await raw(port, head(port, ['Content-Length: 1001']), 5000)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(gateway.exchanges).toEqual([])
  })

  test('a body that grows too large: 413, and the connection is closed', async () => {
    const { port, gateway } = await start({ limits: { maxBody: 1000 } })
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`
    const answer = await raw(port, head(port, ['Transfer-Encoding: chunked']) + chunk + chunk, 5000)
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(gateway.exchanges).toEqual([])
  })

  test('a body of exactly the limit is taken', async () => {
    const { port } = await start({ limits: { maxBody: BODY.length } })
    expect(await raw(port, head(port, [LENGTH]) + BODY)).toMatch(/^HTTP\/1.1 200 /)
  })

  test('a client that waits for leave gets it only after the head is checked', async () => {
    const { port } = await start()
    const expecting = head(port, [LENGTH, 'Expect: 100-continue'])
    expect(await raw(port, expecting)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    const stranger = expecting.replace('Bearer alice', 'Bearer mallory')
    expect(await raw(port, stranger)).toMatch(/^HTTP\/1.1 401 /)
  })

  test('a client that sends on gets the answer all the same', async () => {
    const { url } = await start({ limits: { maxBody: 1000 } })
    const response = await fetch(`${url}/mcp`, {
      method: 'POST',
      headers: { authorization: 'Bearer alice', 'content-type': 'application/json', accept: '*/*' },
      body: 'x'.repeat(3_000_000),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: { data: { code: 'body_too_large' } } })
  })

  test('a client that is still sending is given time to read the answer', async () => {
    const { port } = await start({ limits: { maxBody: 1000 } })
    const bytes = head(port, ['Content-Length: 1001'])
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    const ended = vi.fn<() => void>()
    socket.on('end', ended)
    await once(socket, 'data')
    await setTimeout(50)
    expect(ended).not.toHaveBeenCalled()
    socket.write('x'.repeat(1001))
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
  })

  test('a client that does not take its answer is left', async () => {
    const gateway = fakeGateway({ echo: async () => 'x'.repeat(50_000_000) })
    const limits = { silenceMs: 50, bodyTimeout: 100, maxConnections: 1 }
    const { port, url } = await start({ gateway, limits })
    const call = modern('tools/call', { name: 'echo' })
    const body = JSON.stringify(call.body)
    const lines = ['Mcp-Name: echo', `Content-Length: ${body.length}`]
    const bytes = head(port, lines).replace('Method: tools/list', 'Method: tools/call') + body
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.pause().on('error', () => {})
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    // It held the only connection.
    await expect.poll(() => fetch(url).catch(() => undefined), { timeout: 10_000 }).toBeDefined()
    socket.destroy()
  })

  test('more connections than allowed are dropped', async () => {
    const { port, url } = await start({ limits: { maxConnections: 1 } })
    const held = raw(port, 'POST /mcp', 1000)
    await expect.poll(() => fetch(url).catch(() => 'dropped')).toBe('dropped')
    await held
  })
})

test('bytes that are not HTTP are answered with what they are', async () => {
  const { port } = await start()
  for (const bytes of [
    'hello\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
    'GET / HTTP/1.1\nHost: a\n\n',
  ])
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1.1 400 /)
})
