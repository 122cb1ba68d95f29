import { describe, expect, test, vi } from 'vitest'
import { fakeGateway, report } from './testing/fake-gateway.ts'
import { events, initialize, legacy, messages, openStream, post, start } from './testing/start.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

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

  test('begin when the server began one', async () => {
    const gateway = fakeGateway({
      streamed: async (exchange) => {
        exchange.stream('open')
        return 'done'
      },
    })
    const { url } = await start({ gateway })
    const session = await initialize(`${url}/mcp`)
    const call = legacy('tools/call', { name: 'streamed' })
    const all = await collect(events(await post(`${url}/mcp`, call, session)))
    expect(all.map(({ id }) => id)).toEqual(['1-0', '1-1'])
  })

  test.each([
    ['2025-11-25', ['1-0']],
    ['2025-06-18', ['1-1']],
  ])('of %s clients rest when the server let go of its own', async (revision, first) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const gateway = fakeGateway({
      polled: (exchange) => {
        exchange.stream('open')
        exchange.stream('paused')
        return promise
      },
    })
    const { url } = await start({ gateway })
    const session = await initialize(`${url}/mcp`, revision)
    const response = post(`${url}/mcp`, legacy('tools/call', { name: 'polled' }), session)
    const ids = async (stream: Promise<Response>) =>
      (await collect(events(await stream))).map(({ id }) => id)
    // Only the newest clients know to come back, so for the others the stream stays.
    const rests = revision === '2025-11-25'
    if (!rests) resolve('done')
    expect(await ids(response)).toEqual(first)
    if (!rests) return
    const resumed = ids(openStream(`${url}/mcp`, session, { 'last-event-id': '1-0' }))
    resolve('done')
    expect((await resumed).at(-1)).toBe('1-1')
  })

  test('begin when the answer is long in coming', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const gateway = fakeGateway({ slow: () => promise })
    const { url } = await start({ gateway, limits: { silenceMs: 20 } })
    const session = await initialize(`${url}/mcp`)
    const stream = events(await post(`${url}/mcp`, legacy('tools/call', { name: 'slow' }), session))
    expect((await stream.next()).value?.id).toBe('1-0')
    resolve('at last')
    expect((await stream.next()).value?.data).toContain('at last')
  })

  test('count against the quota of their subject', async () => {
    const { url } = await start({ limits: { maxStreams: 1 } })
    const [first, second] = [await initialize(`${url}/mcp`), await initialize(`${url}/mcp`)]
    const held = await openStream(`${url}/mcp`, first)
    expect((await openStream(`${url}/mcp`, second)).status).toBe(429)
    await held.body?.cancel()
    await vi.waitFor(async () => expect((await openStream(`${url}/mcp`, second)).status).toBe(200))
  })

  test('are not for clients of the modern era', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    const headers = { ...session, 'mcp-protocol-version': '2026-07-28' }
    expect((await openStream(`${url}/mcp`, headers)).status).toBe(405)
    const response = await fetch(`${url}/mcp`, { method: 'DELETE', headers })
    expect(response.status).toBe(405)
    expect((await post(`${url}/mcp`, legacy('ping'), session)).status).toBe(200)
  })

  test('for unrelated messages: one at a time, kept while there is none', async () => {
    const { url, gateway } = await start()
    const session = await initialize(`${url}/mcp`)
    const { conversation } = gateway.exchanges[0] ?? {}
    const send = (method: string) =>
      conversation?.send({ kind: 'notification', method, params: undefined })
    send('notifications/a')
    const first = await openStream(`${url}/mcp`, session)
    expect(first.status).toBe(200)
    expect((await openStream(`${url}/mcp`, session)).status).toBe(409)
    const stream = events(first)
    await stream.next()
    expect((await stream.next()).value?.data).toContain('notifications/a')
    send('notifications/b')
    expect((await stream.next()).value?.data).toContain('notifications/b')
    await stream.return(undefined)
    await vi.waitFor(async () => {
      const again = await openStream(`${url}/mcp`, session)
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
    const stream = events(await openStream(`${url}/mcp`, session))
    await stream.next()
    const { id, method } = JSON.parse((await stream.next()).value?.data ?? '')
    expect(method).toBe('roots/list')
    await post(`${url}/mcp`, { jsonrpc: '2.0', id, result: { roots: [] } }, session)
    expect(await asked).toEqual({ kind: 'result', id, result: { roots: [] } })
  })

  test('need a client that takes them', async () => {
    const { url } = await start()
    const session = await initialize(`${url}/mcp`)
    expect((await openStream(`${url}/mcp`, session, { accept: 'application/json' })).status).toBe(
      406,
    )
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
      await openStream(`${url}/mcp`, session, { 'last-event-id': String(last?.id) }),
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
    const second = events(await openStream(`${url}/mcp`, session, { 'last-event-id': '1-1' }))
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
    const response = await openStream(`${url}/mcp`, session, { 'last-event-id': '1-4' })
    expect(response.status).toBe(204)
  })

  test.each(['1-5', '2-0', 'x', '', '1', '1-1-1', '-1-0', '99999999999999999999-1'])(
    'from `%s`, which never was: refused',
    async (id) => {
      const { url } = await start()
      const session = await initialize(`${url}/mcp`)
      const call = legacy('tools/call', { name: 'progress' })
      await messages(await post(`${url}/mcp`, call, session))
      const response = await openStream(`${url}/mcp`, session, { 'last-event-id': id })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { data: { code: 'stream_gone' } } })
    },
  )

  test('from what is forgotten: refused', async () => {
    const { url } = await start({ limits: { replayEvents: 2 } })
    const session = await initialize(`${url}/mcp`)
    const call = legacy('tools/call', { name: 'progress' })
    await messages(await post(`${url}/mcp`, call, session))
    expect((await openStream(`${url}/mcp`, session, { 'last-event-id': '1-1' })).status).toBe(400)
    expect((await openStream(`${url}/mcp`, session, { 'last-event-id': '1-2' })).status).toBe(200)
  })
})
