import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { callTool } from './client.ts'
import { residentMemory, until } from './processes.ts'
import { openSocket, readToEnd } from './sockets.ts'

// What slow, broken and hostile clients do to a gateway as it is run. After each of them a call of
// somebody else is answered.

/** MiB that the heap of the process may take: more would end it. */
const HEAP = 256
/** MiB that the whole process may grow by; a third is the thread that reads large arguments. */
const GROWTH = 400

let upstream: Awaited<ReturnType<typeof startRecordingUpstream>>
let gateway: RunningGateway
let before: number

beforeAll(async () => {
  upstream = await startRecordingUpstream()
  gateway = await startGateway(
    { target: { transport: 'http', url: upstream.url } },
    { limits: { bodyTimeout: '1s', maxBody: '1MiB' } },
    { env: { NODE_OPTIONS: `--max-old-space-size=${HEAP}` } },
  )
  await warmUp()
  before = residentMemory(gateway.child.pid)
})
afterAll(async () => {
  await gateway?.stop()
  await upstream?.stop()
})
afterEach(async () => {
  const soFar = upstream.all.length
  expect(await callTool(gateway, 'target', 'echo', { message: 'well' })).toMatchObject({
    status: 200,
    body: { result: {} },
  })
  expect(upstream.all.slice(soFar)).toContainEqual(
    expect.objectContaining({ arguments: { message: 'well' } }),
  )
  expect(gateway.child.ended()).toBe(false)
  expect(residentMemory(gateway.child.pid) - before).toBeLessThan(GROWTH)
})

/** Memory that is taken once, for buffers and compiled code, is no growth. */
async function warmUp(): Promise<void> {
  for (let round = 0; round < 20; round += 1)
    await Promise.all(
      Array.from({ length: 32 }, () => callTool(gateway, 'target', 'echo', { message: 'warm' })),
    )
}

/** The head of a call; `more` are lines of its own. */
function head(...more: readonly string[]): string {
  const { host } = new URL(gateway.origin)
  const lines = [
    'POST /mcp/target HTTP/1.1',
    `Host: ${host}`,
    `Authorization: Bearer ${gateway.token('/mcp/target')}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    'Mcp-Method: tools/call',
    'Mcp-Name: echo',
    ...more,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

function body(message: string): string {
  const prefix = 'io.modelcontextprotocol'
  const _meta = {
    [`${prefix}/protocolVersion`]: '2026-07-28',
    [`${prefix}/clientInfo`]: { name: 'raw', version: '1' },
    [`${prefix}/clientCapabilities`]: {},
  }
  const params = { name: 'echo', arguments: { message }, _meta }
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
}

function call(message: string): string {
  const text = body(message)
  return head(`Content-Length: ${Buffer.byteLength(text)}`) + text
}

/** Says something and reads until the gateway ends the connection. */
async function say(...texts: readonly string[]): Promise<string> {
  const socket = await openSocket(gateway.origin)
  const all = readToEnd(socket)
  socket.once('end', () => socket.end())
  for (const text of texts) socket.write(text)
  return await all
}

function expectRefusal(answer: string, status: number, code: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))
  expect(error.data).toMatchObject({ code, requestId: expect.any(String) })
}

test('a body that does not come is waited for as long as configured', async () => {
  expectRefusal(await say(head('Content-Length: 100'), '{'), 408, 'body_too_slow')
})

test('a body that drips, and a head that does, are cut off in the same time', async () => {
  const drip = async (text: string): Promise<string> => {
    const socket = await openSocket(gateway.origin)
    const all = readToEnd(socket)
    const drops = setInterval(() => socket.write('a'), 50)
    socket.write(text)
    socket.once('end', () => socket.end())
    const answer = await all
    clearInterval(drops)
    return answer
  }
  const half = `${head().trimEnd()}\r\nX-Slow: `
  const answers = await Promise.all([drip(head('Content-Length: 100000')), drip(half)])
  for (const answer of answers) expectRefusal(answer, 408, 'body_too_slow')
})

test('a huge body is refused by its length, and by what comes', async () => {
  expectRefusal(await say(head('Content-Length: 1000000000')), 413, 'body_too_large')
  const socket = await openSocket(gateway.origin)
  const all = readToEnd(socket)
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  socket.write(head('Transfer-Encoding: chunked'))
  // It goes on for as long as the gateway takes it, which is not long.
  const more = setInterval(() => {
    while (socket.writable && socket.write(chunk));
  }, 1)
  const answer = await all
  clearInterval(more)
  expectRefusal(answer, 413, 'body_too_large')
})

test('a huge head is refused', async () => {
  expectRefusal(await say(head(`X-Much: ${'x'.repeat(20_000)}`)), 431, 'headers_too_large')
  const many = Array.from({ length: 1_000 }, (_, index) => `X-${index}: ${'x'.repeat(20)}`)
  expectRefusal(await say(head(...many)), 431, 'headers_too_large')
})

test('a thousand idle connections cost little and hold nobody up', async () => {
  const sockets: Socket[] = []
  for (let batch = 0; batch < 10; batch += 1)
    sockets.push(
      ...(await Promise.all(Array.from({ length: 100 }, () => openSocket(gateway.origin)))),
    )
  const answer = await callTool(gateway, 'target', 'echo', { message: 'among them' })
  expect(answer).toMatchObject({ status: 200, body: { result: {} } })
  expect(residentMemory(gateway.child.pid) - before).toBeLessThan(GROWTH)
  const closed = sockets.map((socket) => {
    socket.resume().on('end', () => socket.end())
    return once(socket, 'close')
  })
  // Who says nothing within the time of a request is let go.
  await Promise.all(closed)
})

test('pipelined requests are answered, each once', async () => {
  upstream.taken()
  const calls = Array.from({ length: 50 }, (_, index) => call(`pipelined ${index}`))
  const socket = await openSocket(gateway.origin)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(calls.join(''))
  await until(() => text.split('"called"').length > 50)
  socket.destroy()
  const messages = upstream.taken().map(({ arguments: args }) => JSON.stringify(args))
  expect(messages).toHaveLength(50)
  expect(new Set(messages).size).toBe(50)
})

test('a client that closes its half counts as gone: its connection ends', async () => {
  const socket = await openSocket(gateway.origin)
  const all = readToEnd(socket)
  socket.end(call('half'))
  await all
})

test('half a request on a half-closed connection reaches nobody', async () => {
  upstream.taken()
  const socket = await openSocket(gateway.origin)
  const all = readToEnd(socket)
  socket.end(call('never').slice(0, -10))
  expect(await all).not.toContain('200')
  expect(upstream.taken()).toEqual([])
})

test('uploads that are broken off reach nobody', async () => {
  upstream.taken()
  const sockets = await Promise.all(Array.from({ length: 200 }, () => openSocket(gateway.origin)))
  const long = call('x'.repeat(500_000))
  await Promise.all(
    sockets.map(async (socket, index) => {
      socket.write(long.slice(0, 1_000 + index * 2_000))
      await sleep(20)
      if (index % 2 === 0) socket.resetAndDestroy()
      else socket.destroy()
    }),
  )
  await sleep(200)
  expect(upstream.taken()).toEqual([])
})

test('who sends and does not read uses up a share, for as long as the connection lasts', async () => {
  for (let round = 0; round < 3; round += 1) {
    const soFar = upstream.all.length
    const sockets = await Promise.all(Array.from({ length: 50 }, () => openSocket(gateway.origin)))
    for (const socket of sockets) {
      socket.pause()
      for (let count = 0; count < 20; count += 1) socket.write(call('x'.repeat(10_000)))
    }
    await until(() => upstream.all.length > soFar + 200)
    expect(residentMemory(gateway.child.pid) - before).toBeLessThan(GROWTH)
    for (const socket of sockets) socket.destroy()
    await until(async () => {
      const { status } = await callTool(gateway, 'target', 'echo', { message: 'again' })
      return status === 200
    })
  }
}, 90_000)
