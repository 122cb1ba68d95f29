import { describe, expect, test, vi } from 'vitest'
import { events, initialize, legacy, openStream, post, start } from './testing/start.ts'

const WAIT = legacy('tools/call', { name: 'wait' }, 'w')

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
    const stream = await openStream(`${url}/mcp`, session)
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
    expect((await openStream(`${url}/mcp`, session)).status).toBe(404)
  })

  test('end when they are idle, but not while a stream is open', async () => {
    const { url, gateway, pass } = await start({ limits: { sessionIdleMs: 60_000 } })
    const idle = await initialize(`${url}/mcp`)
    const busy = await initialize(`${url}/mcp`)
    await openStream(`${url}/mcp`, busy)
    pass(50_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(200)
    pass(50_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(200)
    pass(61_000)
    expect((await post(`${url}/mcp`, legacy('ping'), idle)).status).toBe(404)
    expect(gateway.exchanges[0]?.conversation.ended.aborted).toBe(true)
    expect((await post(`${url}/mcp`, legacy('ping'), busy)).status).toBe(200)
  })

  test('end when they are idle without anyone asking for them', async () => {
    const { url, gateway } = await start({ limits: { sessionIdleMs: 20 } })
    await initialize(`${url}/mcp`)
    await vi.waitFor(() => expect(gateway.exchanges[0]?.conversation.ended.aborted).toBe(true))
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
    await openStream(`${url}/mcp`, session)
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
        await openStream(url + path, headers),
        await openStream(url + path, headers, { 'last-event-id': '0-0' }),
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
