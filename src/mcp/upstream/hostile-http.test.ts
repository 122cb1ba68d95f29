import { describe, expect, test } from 'vitest'
import type { Notification } from '../message.ts'
import type { LinkOptions } from './link.ts'
import { CRIMES } from './testing/crimes.ts'
import {
  type Answer,
  beginStream,
  legacyServer,
  modernServer,
  sendEvent,
  sendJson,
} from './testing/hostile.ts'
import { callTool, openTestLink, outbound, serve, until } from './testing/kit.ts'

const makers = { modern: modernServer, legacy: legacyServer }

async function linkTo(era: 'modern' | 'legacy', answer: Answer, options?: Partial<LinkOptions>) {
  const { link, heard } = await openTestLink(await makers[era](answer), options)
  expect(link.era).toBe(era)
  return { link, heard }
}

describe.each(['modern', 'legacy'] as const)('a %s server', (era) => {
  test.each(CRIMES)('that sends %s: %s', async (_name, code, crime) => {
    const { link } = await linkTo(
      era,
      (received, response) => {
        const guilty = received.method === 'tools/call' && received.params['name'] === 'crime'
        if (guilty) crime(received, response)
        else if (received.id === undefined) response.writeHead(202).end()
        else sendJson(response, received.id, { content: [] })
      },
      { maxMessage: 100_000 },
    )
    const call = callTool(
      link,
      'crime',
      {},
      { timeout: code === 'upstream_timeout' ? 150 : 10_000 },
    )
    await expect(call).rejects.toMatchObject({ code })
    const error: unknown = await call.catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(/^GatewayError: server `under-test` /)
    expect(String(error)).not.toContain('secret')
    expect(await callTool(link, 'honest')).toMatchObject({ kind: 'result' })
  })

  test('whose error comes with status 400 or 404 is answered with that error', async () => {
    const { link } = await linkTo(era, ({ id, params }, response) => {
      const status = params['name'] === 'first' ? 400 : 422
      response.writeHead(status, { 'Content-Type': 'application/json' })
      const said = params['name'] === 'first' ? id : null
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: said, error: { code: -32602, message: 'm' } }),
      )
    })
    const first = outbound(link, 'tools/call', { name: 'first' })
    expect(await link.request(first)).toEqual({
      kind: 'error',
      id: first.request.id,
      error: { code: -32602, message: 'm' },
    })
    const second = outbound(link, 'tools/call', { name: 'second' })
    expect(await link.request(second)).toMatchObject({ id: second.request.id, kind: 'error' })
  })

  test('that answers twice is heard once, and nothing after the answer', async () => {
    const { link } = await linkTo(era, ({ id }, response) => {
      beginStream(response)
      sendEvent(response, { method: 'notifications/message', params: { data: 1 } })
      sendEvent(response, { id, result: { content: [], n: 1 } })
      sendEvent(response, { id, result: { content: [], n: 2 } })
      sendEvent(response, { method: 'notifications/message', params: { data: 2 } })
      response.end()
    })
    const got: Notification[] = []
    const answer = await callTool(link, 'x', {}, { onNotification: (n) => got.push(n) })
    expect(answer).toMatchObject({ result: { n: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(got.map(({ params }) => params?.['data'])).toEqual([1])
  })

  test('that never ends its stream after the answer is hung up on', async () => {
    let hungUp = false
    const { link } = await linkTo(era, ({ id }, response) => {
      beginStream(response)
      response.on('close', () => {
        hungUp = true
      })
      sendEvent(response, { id, result: { content: [] } })
    })
    await callTool(link, 'x')
    await until(() => hungUp)
  })

  test('whose answers are whole is talked to over one connection', async () => {
    const ports = new Set<number | undefined>()
    let turn = 0
    const { link } = await linkTo(era, ({ id, request }, response) => {
      ports.add(request.socket.remotePort)
      if (id === undefined) return void response.writeHead(202).end()
      turn += 1
      if (turn % 2 === 1) return sendJson(response, id, { content: [] })
      beginStream(response)
      sendEvent(response, { id, result: { content: [] } })
      response.end()
    })
    for (let i = 0; i < 20; i++) {
      await callTool(link, 'x')
      // A stream's end follows its answer in a packet of its own.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(ports.size).toBe(1)
  })

  test('sees the connection close when its caller gives up', async () => {
    let closed = false
    const { link } = await linkTo(era, ({ method }, response) => {
      if (method !== 'tools/call') return void response.writeHead(202).end()
      response.on('close', () => {
        closed = true
      })
    })
    const controller = new AbortController()
    const call = callTool(link, 'x', {}, { signal: controller.signal })
    setTimeout(() => controller.abort(), 30)
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await until(() => closed)
  })

  test('is not even asked when the caller gave up before', async () => {
    let asked = 0
    const { link } = await linkTo(era, ({ id }, response) => {
      asked += 1
      sendJson(response, id, {})
    })
    await expect(callTool(link, 'x', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(asked).toBe(0)
  })

  test('that is gone is out of reach, and a closed link answers nothing', async () => {
    const { url, server } = await serve(() => {})
    server.closeAllConnections()
    server.close()
    const opening = openTestLink(
      { kind: 'http', url, headers: {} },
      { revision: era === 'modern' ? 'auto' : 'legacy' },
    )
    await expect(opening).rejects.toMatchObject({ code: 'upstream_unreachable' })
    const { link } = await linkTo(era, () => {})
    const pending = callTool(link, 'x')
    const lost = expect(pending).rejects.toMatchObject({ code: 'upstream_failed' })
    await link.close()
    await lost
    await link.closed
    await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_failed' })
  })

  test('hears no more of a listener or timer once a call is over', async () => {
    const { link } = await linkTo(era, ({ id }, response) => sendJson(response, id, {}))
    const signal = new AbortController().signal
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1
      remove(...args)
    }
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    await callTool(link, 'x', {}, { signal, timeout: 10_000_000 })
    const before = timers()
    for (let i = 0; i < 50; i++) await callTool(link, 'x', {}, { signal, timeout: 10_000_000 })
    expect(listeners).toBe(0)
    expect(timers()).toBeLessThanOrEqual(before + 2)
  })
})

test('a modern server may not ask on a stream', async () => {
  const { link } = await linkTo('modern', ({ id }, response) => {
    beginStream(response)
    sendEvent(response, { id: 1, method: 'elicitation/create', params: {} })
    sendEvent(response, { id, result: {} })
  })
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_malformed' })
})

test('a modern call says in headers what it says in its body, and adds no others', async () => {
  let headers: Record<string, unknown> = {}
  let body = ''
  const transport = await modernServer(({ id, request, params }, response) => {
    headers = request.headers
    body = JSON.stringify(params)
    sendJson(response, id, {})
  })
  const { link } = await openTestLink({
    ...transport,
    headers: { Authorization: 'Bearer t' },
  } as typeof transport)
  await callTool(
    link,
    'Grüße',
    { region: 'x' },
    {
      headers: { 'mcp-param-region': 'x', 'mcp-name': 'lie', cookie: 'c', authorization: 'other' },
    },
  )
  expect(headers).toMatchObject({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': '=?base64?R3LDvMOfZQ==?=',
    'mcp-param-region': 'x',
    authorization: 'Bearer t',
  })
  expect(headers).not.toHaveProperty('cookie')
  expect(body).toContain('Grüße')
})

test('the exact text is sent when there is one', async () => {
  let seen = ''
  const { url } = await serve((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      const { id, method } = JSON.parse(text) as { id: string; method: string }
      if (method !== 'server/discover') seen = text
      sendJson(response, id, { supportedVersions: ['2026-07-28'], capabilities: {} })
    })
  })
  const { link } = await openTestLink({ kind: 'http', url, headers: {} })
  const text = '{ "jsonrpc": "2.0",\n "id": 1, "method": "tools/list", "params": {"n": 1.0} }'
  const request = { kind: 'request', id: 1, method: 'tools/list', params: { n: 1 } } as const
  const answer = await link.request({ ...outbound(link, 'tools/list'), request, text })
  expect(seen).toBe(text)
  expect(answer).toMatchObject({ id: 1, kind: 'result', resultText: expect.any(String) })
})

test('an answer that ends with its connection is whole', async () => {
  const { link } = await linkTo('modern', ({ id }, response) => {
    const body = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"n":1}}`
    response.socket?.end(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${body}`)
  })
  expect(await callTool(link, 'x')).toMatchObject({ result: { n: 1 } })
})
