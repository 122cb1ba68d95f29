import { describe, expect, test, vi } from 'vitest'
import { fakeGateway, report } from './testing/fake-gateway.ts'
import { events, initialize, legacy, messages, post, start } from './testing/start.ts'

const WAIT = legacy('tools/call', { name: 'wait' }, 'w')

/** Opens the session's own stream, or resumes one. */
function open(
  url: string,
  session: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, { headers: { ...session, accept: 'text/event-stream', ...more } })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('sessions', () => {
  test('begin with initialize, and speak the revision that its answer names', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp/files`, '2025-06-18')
    expect(session['mcp-session-id']).toMatch(/^[\w-]{22,}$/)
    const response = await post(`${url}/mcp/files`, legacy('tools/list'), session)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    const [first, second] = gateway.exchanges
    expect(second?.conversation).toBe(first?.conversation)
    expect(second?.conversation).toMatchObject({
      id: session['mcp-session-id'],
      endpoint: { kind: 'server', server: 'files' },
      subject: { id: 'alice' },
      client: { name: 'test', version: '1' },
      revision: '2025-06-18',
      era: 'legacy',
    })
  })

  test('of a client that asks for more than there is speak what there is', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`, '2030-01-01')
    expect(gateway.exchanges[0]?.conversation.revision).toBe('2025-11-25')
    const headers = { ...session, 'mcp-protocol-version': '2025-11-25' }
    expect((await post(`${url}/mcp`, legacy('ping'), headers)).status).toBe(200)
  })

  test('do not begin when the gateway fails', async () => {
    const { url, gateway } = await start()
    const params = { fail: true, protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }
    const response = await post(`${url}/mcp`, legacy('initialize', params))
    expect(response.status).toBe(200)
    expect(response.headers.get('mcp-session-id')).toBeNull()
    expect(await response.json()).toMatchObject({ error: { code: -31020 } })
    const { conversation } = gateway.exchanges[0] ?? {}
    expect(conversation?.ended.aborted).toBe(true)
    const headers = { 'mcp-session-id': String(conversation?.id) }
    expect((await post(`${url}/mcp`, legacy('ping'), headers)).status).toBe(404)
  })

  test('do not begin with half an initialize', async () => {
    const { url, gateway } = await start()
    const params = { protocolVersion: '2025-11-25' }
    const response = await post(`${url}/mcp`, legacy('initialize', params))
    expect(await response.json()).toMatchObject({ error: { code: -32602 } })
    expect(gateway.exchanges).toEqual([])
  })

  test('do not begin inside another', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }
    const response = await post(`${url}/mcp`, legacy('initialize', params), session)
    expect(response.status).toBe(400)
  })

  test('take no other revision than their own', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`, '2025-06-18')
    const headers = { ...session, 'mcp-protocol-version': '2025-03-26' }
    const response = await post(`${url}/mcp`, legacy('tools/list'), headers)
    expect(response.status).toBe(400)
    const { 'mcp-protocol-version': _, ...unnamed } = session
    expect((await post(`${url}/mcp`, legacy('tools/list'), unnamed)).status).toBe(200)
    expect(gateway.exchanges).toHaveLength(2)
  })

  test('end with DELETE: requests, questions and streams too', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const running = post(`${url}/mcp`, WAIT, session)
    const stream = await open(`${url}/mcp`, session)
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(2))
    const { conversation } = gateway.exchanges[0] ?? {}
    const asked = conversation?.ask('ping', {}, new AbortController().signal)
    asked?.catch(() => {})
    const response = await fetch(`${url}/mcp`, { method: 'DELETE', headers: session })
    expect(response.status).toBe(204)
    expect(conversation?.ended.aborted).toBe(true)
    expect(gateway.exchanges[1]?.cancelled.aborted).toBe(true)
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' })
    await stream.text()
    await running
    expect((await post(`${url}/mcp`, legacy('ping'), session)).status).toBe(404)
    expect((await open(`${url}/mcp`, session)).status).toBe(404)
  })

  test('end when they are idle, but not while a stream is open', async () => {
    const { url, gateway, pass } = await start({ limits: { sessionIdleMs: 60_000 } })
    const idle = await initialize(`${url}/mcp`)
    const busy = await initialize(`${url}/mcp`)
    await open(`${url}/mcp`, busy)
    pass(50_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(200)
    pass(50_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(200)
    pass(61_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(404)
    expect(gateway.exchanges[0]?.conversation.ended.aborted).toBe(true)
    expect((await post(`${url}/mcp`, legacy('ping'), busy)).status).toBe(200)
  })

  test('are bounded for each subject: the longest idle makes room', async () => {
    const { url, pass } = await start({ limits: { maxSessions: 2 } })
    const sessions = []
    for (let count = 0; count < 3; count += 1) {
      sessions.push(await initialize(`${url}/mcp`))
      pass(1000)
    }
    const other = await initialize(`${url}/mcp`, '2025-11-25', 'bob')
    const statuses = []
    for (const session of [...sessions, other])
      statuses.push((await post(`${url}/mcp`, legacy('ping'), session)).status)
    expect(statuses).toEqual([404, 200, 200, 200])
  })

  test('in use are not ended for a new one', async () => {
    const { url } = await start({ limits: { maxSessions: 1 } })
    const session = await initialize(`${url}/mcp`)
    await open(`${url}/mcp`, session)
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }
    expect((await post(`${url}/mcp`, legacy('initialize', params))).status).toBe(429)
  })
})

describe('hijacking', () => {
  test('a session answers its own subject on its own endpoint only, and reveals nothing', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp/files`)
    const bob = { ...session, authorization: 'Bearer bob' }
    const wrong: [string, Record<string, string>][] = [
      ['/mcp/files', bob],
      ['/mcp/mail', session],
      ['/mcp', session],
      ['/mcp/files', { ...session, 'mcp-session-id': 'unknown' }],
    ]
    const bodies = new Set<string>()
    for (const [path, headers] of wrong) {
      const answers = [
        await post(url + path, legacy('tools/list'), headers),
        await open(url + path, headers),
        await open(url + path, headers, { 'last-event-id': '0-0' }),
        await fetch(url + path, { method: 'DELETE', headers }),
      ]
      for (const answer of answers) {
        expect(answer.status).toBe(404)
        bodies.add((await answer.text()).replace(/"requestId":"[^"]*"|"id":(1|null)/g, ''))
      }
    }
    expect(bodies.size).toBe(1)
    expect(gateway.exchanges).toHaveLength(1)
    expect((await post(`${url}/mcp/files`, legacy('tools/list'), session)).status).toBe(200)
  })

  test('nobody answers or cancels for another session', async () => {
    const { url, gateway } = await start()
    const alice = await initialize(`${url}/mcp`)
    const other = await initialize(`${url}/mcp`)
    const call = legacy('tools/call', { name: 'elicit' }, 5)
    const stream = events(await post(`${url}/mcp`, call, alice))
    await stream.next()
    const asked = JSON.parse((await stream.next()).value?.data ?? '')
    const accept = { jsonrpc: '2.0', id: asked.id, result: { action: 'accept', by: 'mallory' } }
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } }
    for (const body of [accept, cancel])
      expect((await post(`${url}/mcp`, body, other)).status).toBe(202)
    expect(gateway.exchanges[2]?.cancelled.aborted).toBe(false)
    const answer = { jsonrpc: '2.0', id: asked.id, result: { action: 'decline' } }
    await post(`${url}/mcp`, answer, alice)
    expect(JSON.parse((await stream.next()).value?.data ?? '')).toMatchObject({
      id: 5,
      result: { content: [{ text: '{"action":"decline"}' }] },
    })
  })
})

describe('messages', () => {
  test('notifications reach the gateway, but not those of the session itself', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const methods = [
      'notifications/initialized',
      'notifications/cancelled',
      'notifications/progress',
    ]
    for (const method of methods) {
      const response = await post(`${url}/mcp`, { jsonrpc: '2.0', method }, session)
      expect(response.status).toBe(202)
      expect(await response.text()).toBe('')
    }
    expect(gateway.notifications.map(({ method }) => method)).toEqual(['notifications/progress'])
  })

  test('cancellation is a message, and leaving is none', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const abort = new AbortController()
    const left = post(`${url}/mcp`, WAIT, session, abort.signal)
    left.catch(() => {})
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(2))
    abort.abort()
    await expect(left).rejects.toThrow()
    await post(`${url}/mcp`, legacy('ping'), session)
    expect(gateway.exchanges[1]?.cancelled.aborted).toBe(false)
    const params = { requestId: 'w' }
    await post(`${url}/mcp`, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, session)
    expect(gateway.exchanges[1]?.cancelled.aborted).toBe(true)
  })

  test('an id that is in use is refused', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const first = post(`${url}/mcp`, WAIT, session)
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(2))
    expect((await post(`${url}/mcp`, WAIT, session)).status).toBe(400)
    const params = { requestId: 'w' }
    await post(`${url}/mcp`, { jsonrpc: '2.0', method: 'notifications/cancelled', params }, session)
    expect((await first).status).toBe(200)
  })

  test('errors travel with 200', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    const response = await post(`${url}/mcp`, legacy('no/such'), session)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ error: { code: -32601 } })
  })
})

describe('streams', () => {
  test('begin with an event to resume from, where clients know that', async () => {
    const { url } = await start()
    const call = legacy('tools/call', { name: 'progress' })
    const newest = await initialize(`${url}/mcp`, '2025-11-25')
    const [first, second] = await collect(events(await post(`${url}/mcp`, call, newest)))
    expect(first).toEqual({ id: '1-0', data: '', retry: '1000' })
    expect(second?.id).toBe('1-1')
    const older = await initialize(`${url}/mcp`, '2025-06-18')
    const [only] = await collect(events(await post(`${url}/mcp`, call, older)))
    expect(only).toMatchObject({ id: '1-1', data: expect.stringContaining('progress') })
  })

  test('for unrelated messages: one at a time, kept while there is none', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const { conversation } = gateway.exchanges[0] ?? {}
    const send = (method: string) =>
      conversation?.send({ kind: 'notification', method, params: undefined })
    send('notifications/a')
    const first = await open(`${url}/mcp`, session)
    expect(first.status).toBe(200)
    expect((await open(`${url}/mcp`, session)).status).toBe(409)
    const stream = events(first)
    await stream.next()
    expect((await stream.next()).value?.data).toContain('notifications/a')
    send('notifications/b')
    expect((await stream.next()).value?.data).toContain('notifications/b')
    await stream.return(undefined)
    await vi.waitFor(async () => {
      const again = await open(`${url}/mcp`, session)
      expect(again.status).toBe(200)
      send('notifications/c')
      const next = events(again)
      await next.next()
      expect((await next.next()).value?.data).toContain('notifications/c')
    })
  })

  test('carry questions outside of requests', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const { conversation } = gateway.exchanges[0] ?? {}
    const asked = conversation?.ask('roots/list', undefined, new AbortController().signal)
    const stream = events(await open(`${url}/mcp`, session))
    await stream.next()
    const { id, method } = JSON.parse((await stream.next()).value?.data ?? '')
    expect(method).toBe('roots/list')
    await post(`${url}/mcp`, { jsonrpc: '2.0', id, result: { roots: [] } }, session)
    expect(await asked).toEqual({ kind: 'result', id, result: { roots: [] } })
  })

  test('need a client that takes them', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    expect((await open(`${url}/mcp`, session, { accept: 'application/json' })).status).toBe(406)
  })
})

describe('resuming', () => {
  test('a stream that was cut: nothing is lost and nothing comes twice', async () => {
    const gate = Promise.withResolvers<void>()
    const gateway = fakeGateway({
      steps: async (exchange) => {
        for (const step of [1, 2, 3, 4]) {
          if (step === 3) await gate.promise
          report(exchange, step)
        }
        return 'done'
      },
    })
    const { url } = await start({ gateway })
    const session = await initialize(`${url}/mcp`)
    const abort = new AbortController()
    const call = legacy('tools/call', { name: 'steps' }, 7)
    const cut = events(await post(`${url}/mcp`, call, session, abort.signal))
    await cut.next()
    const last = (await cut.next()).value
    expect(JSON.parse(last?.data ?? '').params.progress).toBe(1)
    abort.abort()
    gate.resolve()
    const rest = await messages(
      await open(`${url}/mcp`, session, { 'last-event-id': String(last?.id) }),
    )
    expect(rest.map(({ params }) => (params as { progress?: number })?.progress)).toEqual([
      2,
      3,
      4,
      undefined,
    ])
    expect(rest.at(-1)).toMatchObject({ id: 7, result: { content: [{ text: 'done' }] } })
    expect(gateway.exchanges[1]?.cancelled.aborted).toBe(false)
  })

  test('a stream that runs goes on', async () => {
    const gate = Promise.withResolvers<string>()
    const gateway = fakeGateway({
      slow: (exchange) => {
        exchange.notify({ kind: 'notification', method: 'notifications/message', params: {} })
        return gate.promise
      },
    })
    const { url } = await start({ gateway })
    const session = await initialize(`${url}/mcp`)
    const first = events(await post(`${url}/mcp`, legacy('tools/call', { name: 'slow' }), session))
    await first.next()
    await first.next()
    const second = events(await open(`${url}/mcp`, session, { 'last-event-id': '1-1' }))
    // The newer connection takes the stream over: its client knows which of the two is dead.
    expect((await first.next()).done).toBe(true)
    gate.resolve('after all')
    await second.next()
    expect((await second.next()).value?.data).toContain('after all')
    expect((await second.next()).done).toBe(true)
  })

  test('a stream that is over and complete: nothing more, and no reason to come again', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    const call = legacy('tools/call', { name: 'progress' })
    await messages(await post(`${url}/mcp`, call, session))
    const response = await open(`${url}/mcp`, session, { 'last-event-id': '1-4' })
    expect(response.status).toBe(204)
  })

  test.each(['1-5', '2-0', 'x', '', '1', '1-1-1', '-1-0', '99999999999999999999-1'])(
    'from `%s`, which never was: refused',
    async (id) => {
      const { url } = await start()
      const session = await initialize(`${url}/mcp`)
      const call = legacy('tools/call', { name: 'progress' })
      await messages(await post(`${url}/mcp`, call, session))
      const response = await open(`${url}/mcp`, session, { 'last-event-id': id })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { data: { code: 'stream_gone' } } })
    },
  )

  test('from what is forgotten: refused', async () => {
    const { url } = await start({ limits: { replayEvents: 2 } })
    const session = await initialize(`${url}/mcp`)
    const call = legacy('tools/call', { name: 'progress' })
    await messages(await post(`${url}/mcp`, call, session))
    expect((await open(`${url}/mcp`, session, { 'last-event-id': '1-1' })).status).toBe(400)
    expect((await open(`${url}/mcp`, session, { 'last-event-id': '1-2' })).status).toBe(200)
  })
})
