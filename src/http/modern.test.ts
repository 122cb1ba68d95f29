import { describe, expect, test, vi } from 'vitest'
import { META } from '../mcp/revision.ts'
import { failure, fakeGateway } from './testing/fake-gateway.ts'
import { events, messages, modern, post, start } from './testing/start.ts'

describe('answers', () => {
  test('as JSON when nothing comes before the result', async () => {
    const { url } = await start()
    const call = modern('tools/call', { name: 'echo', arguments: { text: 'hi' } }, 'a')
    const response = await post(`${url}/mcp`, call.body, call.headers)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('content-length')).not.toBeNull()
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      result: { resultType: 'complete', content: [{ type: 'text', text: 'hi' }] },
    })
  })

  test('as a stream when something does, in order, and ends it', async () => {
    const { url } = await start()
    const call = modern('tools/call', { name: 'progress', _meta: { progressToken: 'p' } })
    const response = await post(`${url}/mcp`, call.body, call.headers)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const all = await messages(response)
    expect(all.map(({ method }) => method)).toEqual([
      'notifications/progress',
      'notifications/progress',
      'notifications/progress',
      undefined,
    ])
    expect(all.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'done' }] } })
  })

  test('as a stream when the result is long in coming', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const gateway = fakeGateway({ slow: () => promise })
    const { url } = await start({ gateway, limits: { silenceMs: 20 } })
    const call = modern('tools/call', { name: 'slow' })
    const response = await post(`${url}/mcp`, call.body, call.headers)
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(': still here\n\n')
    resolve('at last')
    let text = ''
    for (let part = await reader?.read(); part?.value; part = await reader?.read())
      text += new TextDecoder().decode(part.value)
    expect(text).toContain('at last')
  })

  test.each([
    [-32601, 404],
    [-32021, 400],
    [-32602, 200],
    [-31030, 503],
  ])('error %i with status %i', async (code, status) => {
    const gateway = fakeGateway()
    const handle = async (exchange: Parameters<typeof gateway.handle>[0]) =>
      failure(exchange, code, 'no')
    const { url } = await start({ gateway: { ...gateway, handle } })
    const call = modern('tools/list', {}, 9)
    const response = await post(`${url}/mcp`, call.body, call.headers)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 9, error: { code, message: 'no' } })
  })

  test('methods of the past are unknown', async () => {
    const { url } = await start()
    const call = modern('resources/subscribe')
    expect((await post(`${url}/mcp`, call.body, call.headers)).status).toBe(404)
  })
})

describe('what the gateway is told', () => {
  test('who, where, what, and the headers that tools define', async () => {
    const { url, gateway } = await start()
    const capabilities = { elicitation: {} }
    const call = modern('tools/list', { _meta: { [META.clientCapabilities]: capabilities } })
    await post(`${url}/mcp/files`, call.body, {
      ...call.headers,
      'Mcp-Param-Region': 'eu',
      'x-a': 'b',
    })
    expect(gateway.exchanges[0]).toMatchObject({
      conversation: {
        endpoint: { kind: 'server', server: 'files' },
        subject: { id: 'alice' },
        client: { name: 'test', version: '1' },
        revision: '2026-07-28',
        era: 'modern',
        capabilities,
      },
      request: { method: 'tools/list', id: 1 },
      headers: { 'mcp-param-region': 'eu' },
    })
    expect(Object.keys(gateway.exchanges[0]?.headers ?? {})).toEqual(['mcp-param-region'])
  })

  test('every request is a conversation of its own, whatever session it names', async () => {
    const { url, gateway } = await start()
    const call = modern('tools/list')
    const headers = { ...call.headers, 'mcp-session-id': 'x', 'last-event-id': '1-1' }
    for (let count = 0; count < 2; count += 1) {
      const response = await post(`${url}/mcp`, call.body, headers)
      expect(response.status).toBe(200)
      expect(response.headers.get('mcp-session-id')).toBeNull()
    }
    const [first, second] = gateway.exchanges
    expect(first?.conversation.id).not.toBe(second?.conversation.id)
    expect(first?.conversation.ended.aborted).toBe(true)
    expect(first?.cancelled.aborted).toBe(false)
  })

  test('clients of this era are never asked', async () => {
    const { url } = await start({
      gateway: fakeGateway({
        ask: (exchange) => exchange.ask('ping', {}, exchange.cancelled).then(String, (e) => e.code),
      }),
    })
    const call = modern('tools/call', { name: 'ask' })
    const response = await post(`${url}/mcp`, call.body, call.headers)
    expect(await response.text()).toContain('bridge_unsupported')
  })

  test('notifications, but not of cancellation', async () => {
    const { url, gateway } = await start()
    for (const method of ['notifications/vendor', 'notifications/cancelled']) {
      const body = { jsonrpc: '2.0', method, params: {} }
      const response = await post(`${url}/mcp`, body, { 'mcp-protocol-version': '2026-07-28' })
      expect(response.status).toBe(202)
      expect(await response.text()).toBe('')
    }
    expect(gateway.notifications.map(({ method }) => method)).toEqual(['notifications/vendor'])
  })
})

describe('a client that leaves has cancelled', () => {
  test.each(['wait', 'streaming'])('while %s', async (name) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const gateway = fakeGateway({
      streaming: (exchange) => {
        exchange.notify({ kind: 'notification', method: 'notifications/message', params: {} })
        exchange.cancelled.addEventListener('abort', () => resolve())
        return new Promise(() => {})
      },
    })
    const { url } = await start({ gateway })
    const abort = new AbortController()
    const call = modern('tools/call', { name })
    const answer = post(`${url}/mcp`, call.body, call.headers, abort.signal)
    answer.catch(() => {})
    if (name === 'streaming') await answer
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    expect(gateway.exchanges[0]?.cancelled.aborted).toBe(false)
    abort.abort()
    if (name === 'streaming') await promise
    await vi.waitFor(() => expect(gateway.exchanges[0]?.cancelled.aborted).toBe(true))
  })

  test('an answered request is not cancelled by the end of its connection', async () => {
    const { url, gateway } = await start()
    const call = modern('tools/call', { name: 'progress' })
    await messages(await post(`${url}/mcp`, call.body, { ...call.headers, connection: 'close' }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(gateway.exchanges[0]?.cancelled.aborted).toBe(false)
  })
})

describe('subscriptions', () => {
  test('stream until the client leaves', async () => {
    const { url, gateway } = await start()
    const abort = new AbortController()
    const call = modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, 's')
    const response = await post(`${url}/mcp`, call.body, call.headers, abort.signal)
    const seen: unknown[] = []
    await expect(async () => {
      for await (const { data } of events(response)) {
        seen.push(JSON.parse(data).method)
        if (seen.length === 2) abort.abort()
      }
    }).rejects.toThrow('aborted')
    expect(seen).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
    ])
    await vi.waitFor(() => expect(gateway.exchanges[0]?.cancelled.aborted).toBe(true))
  })

  test('end with a result on the stream when the gateway stops', async () => {
    const { url, close } = await start()
    const call = modern('subscriptions/listen', {}, 's')
    const response = await post(`${url}/mcp`, call.body, call.headers)
    const closed = close(5000)
    expect((await messages(response)).at(-1)).toMatchObject({ id: 's', result: {} })
    await closed
  })

  test('that are refused keep the status of their error', async () => {
    const gateway = fakeGateway()
    const handle = async (exchange: Parameters<typeof gateway.handle>[0]) =>
      failure(exchange, -32601, 'no')
    const { url } = await start({ gateway: { ...gateway, handle } })
    const call = modern('subscriptions/listen')
    expect((await post(`${url}/mcp`, call.body, call.headers)).status).toBe(404)
  })
})

describe('header lies', () => {
  const call = modern('tools/call', { name: 'echo', arguments: { text: 'x' } })
  const without = (name: string) => {
    const { [name]: _, ...rest } = call.headers
    return rest
  }

  test.each<[string, Record<string, string>, number]>([
    ['another method', { ...call.headers, 'mcp-method': 'tools/list' }, -32020],
    ['another case', { ...call.headers, 'mcp-method': 'TOOLS/CALL' }, -32020],
    ['another name', { ...call.headers, 'mcp-name': 'other' }, -32020],
    ['no method', without('mcp-method'), -32020],
    ['no name', without('mcp-name'), -32020],
    ['no revision', without('mcp-protocol-version'), -32020],
    ['another revision', { ...call.headers, 'mcp-protocol-version': '2025-11-25' }, -32020],
    ['an unknown revision', { ...call.headers, 'mcp-protocol-version': '2099-01-01' }, -32020],
  ])('%s: 400 under the id of the request', async (_, headers, code) => {
    const { url, gateway } = await start()
    const response = await post(`${url}/mcp`, call.body, headers)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ id: 1, error: { code } })
    expect(gateway.exchanges).toEqual([])
  })

  test('a body of the legacy shape behind modern headers reaches nobody', async () => {
    const { url, gateway } = await start()
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } }
    for (const headers of [call.headers, without('mcp-protocol-version')]) {
      const response = await post(`${url}/mcp`, body, headers)
      expect(response.status).toBe(400)
    }
    expect(gateway.exchanges).toEqual([])
  })

  test('no envelope: -32602', async () => {
    const { url } = await start()
    const body = { jsonrpc: '2.0', id: 7, method: 'tools/list' }
    const response = await post(`${url}/mcp`, body, modern('tools/list').headers)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ id: 7, error: { code: -32602 } })
  })
})

test('a reader that is too slow is cut off, and its call cancelled', async () => {
  const gateway = fakeGateway({
    flood: async (exchange) => {
      const params = { data: 'x'.repeat(100_000) }
      while (!exchange.cancelled.aborted) {
        exchange.notify({ kind: 'notification', method: 'notifications/message', params })
        await new Promise((resolve) => setImmediate(resolve))
      }
      return 'cut'
    },
  })
  const { url } = await start({ gateway, limits: { maxBacklog: 100_000 } })
  const call = modern('tools/call', { name: 'flood' })
  const response = await post(`${url}/mcp`, call.body, call.headers)
  await vi.waitFor(() => expect(gateway.exchanges[0]?.cancelled.aborted).toBe(true), 10_000)
  await expect(response.text()).rejects.toThrow('terminated')
})
