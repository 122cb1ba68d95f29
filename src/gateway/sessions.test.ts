import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Notification, Response } from '../mcp/message.ts'
import type { Outbound } from '../mcp/upstream/link.ts'
import { ask, type FakeServer, toolServer, world } from './testing/world.ts'

const LEGACY = '2025-11-25'
const MODERN = '2026-07-28'

const tools = [{ name: 'read_a', inputSchema: { type: 'object' } }]
const turn = () => new Promise(setImmediate)

/** A legacy server whose calls wait, so that it can ask and send meanwhile. */
function waitingServer() {
  const calls: Outbound[] = []
  const server: FakeServer = {
    revision: LEGACY,
    capabilities: { logging: {} },
    logic(outbound) {
      if (outbound.request.method === 'tools/list') return { tools }
      if (outbound.request.method !== 'tools/call') return {}
      calls.push(outbound)
      return new Promise<JsonObject>((_, reject) => {
        const stop = (): void => reject(new GatewayError('cancelled', 'cancelled'))
        outbound.signal.addEventListener('abort', stop)
      })
    },
  }
  return { server, calls }
}

describe('one session with several servers', () => {
  const begin = async () => {
    const one = waitingServer()
    const two = waitingServer()
    const { gateway, reached, opened } = world({ servers: { one: one.server, two: two.server } })
    const session = ask(LEGACY, 'all', 'ping').conversation
    const who = { ...session, capabilities: { elicitation: {} } }
    const asked: { params: unknown; signal: AbortSignal }[] = []
    const clients = ['one', 'two'].map(() => new AbortController())
    const exchanges = ['one', 'two'].map((server, index) => {
      const params = { name: `${server}__read_a` }
      const exchange = ask(LEGACY, 'all', 'tools/call', params, {
        cancelled: clients[index]?.signal ?? new AbortController().signal,
        ask: (_, about, signal): Promise<Response> => {
          asked.push({ params: about, signal })
          return new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(new GatewayError('cancelled', 'over')))
            if (about?.['now'] === true)
              resolve({ kind: 'result', id: 0, result: { from: server } })
          })
        },
      })
      return { ...exchange, conversation: who }
    })
    const answers = exchanges.map((exchange) => gateway.handle(exchange))
    while (one.calls.length + two.calls.length < 2) await turn()
    const [first, second] = [one.calls[0], two.calls[0]]
    if (!first || !second) throw new Error('no calls')
    return { first, second, exchanges, answers, asked, clients, gateway, who, reached, opened }
  }
  const question = (params: JsonObject) =>
    ({ kind: 'request', id: 1, method: 'elicitation/create', params }) as const

  test('a question reaches the request that it belongs to, and the answer its server', async () => {
    const { first, second } = await begin()
    expect(await second.onRequest(question({ now: true }))).toMatchObject({
      result: { from: 'two' },
    })
    expect(await first.onRequest(question({ now: true }))).toMatchObject({
      result: { from: 'one' },
    })
  })

  test('a server takes back its own question, and no one else hears of it', async () => {
    const { first, second, asked, exchanges } = await begin()
    const answers = [first, second].map((call) => call.onRequest(question({ now: false })))
    const cancelled: Notification = {
      kind: 'notification',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    }
    second.onNotification(cancelled)
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, true])
    expect(await answers[1]).toMatchObject({ kind: 'error', id: 1 })
    expect(exchanges.flatMap(({ notified }) => notified)).toEqual([])
  })

  test('cancelling one call cancels that call at its server, and its questions', async () => {
    const { first, second, asked, answers, clients } = await begin()
    const questions = [first, second].map((call) => call.onRequest(question({ now: false })))
    clients[0]?.abort()
    expect(await answers[0]).toMatchObject({ error: { data: { code: 'cancelled' } } })
    expect([first, second].map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect(await questions[0]).toMatchObject({ kind: 'error' })
  })

  test("progress of the client's own is told to nobody who might take it for his", async () => {
    const { gateway, who, opened } = await begin()
    const told: string[] = []
    for (const { link, options } of opened)
      link.notify = async ({ method }) => void told.push(`${options.server} ${method}`)
    const note = (method: string): Notification => ({ kind: 'notification', method, params: {} })
    gateway.notified(who, note('notifications/progress'))
    gateway.notified(who, note('notifications/roots/list_changed'))
    gateway.notified(who, note('vendor/x'))
    await turn()
    expect(told).toEqual([
      'one notifications/roots/list_changed',
      'two notifications/roots/list_changed',
    ])
  })

  test('a log level is brought to servers that the session uses later', async () => {
    const { server } = waitingServer()
    const { gateway, reached } = world({ servers: { one: server } })
    const session = ask(LEGACY, 'all', 'logging/setLevel', { level: 'warning' })
    await gateway.handle(session)
    expect(reached()).toEqual([])
    const list = { ...ask(LEGACY, 'all', 'tools/list'), conversation: session.conversation }
    await gateway.handle(list)
    const levels = reached().filter(({ request }) => request.method === 'logging/setLevel')
    expect(levels.map(({ request }) => request.params)).toEqual([{ level: 'warning' }])
  })
})

test('a cancelled call of a modern client reaches a server of either era', async () => {
  for (const revision of [LEGACY, MODERN] as const) {
    const { server, calls } = waitingServer()
    const { gateway, records } = world({ servers: { files: { ...server, revision } } })
    const client = new AbortController()
    const params = { name: 'read_a' }
    const exchange = ask(MODERN, 'files', 'tools/call', params, { cancelled: client.signal })
    const answer = gateway.handle(exchange)
    while (calls.length === 0) await turn()
    client.abort()
    expect(await answer).toMatchObject({ error: { data: { code: 'cancelled' } } })
    expect(calls[0]?.signal.aborted).toBe(true)
    expect(records.at(-1)).toMatchObject({ kind: 'outcome', outcome: 'cancelled' })
    gateway.close()
  }
})

test('a subject that follows too many resources is told so', async () => {
  const { gateway } = world({ servers: { files: toolServer(MODERN, []) } })
  const session = ask(LEGACY, 'files', 'ping').conversation
  const follow = (uri: string) =>
    gateway.handle({
      ...ask(LEGACY, 'files', 'resources/subscribe', { uri }),
      conversation: session,
    })
  for (let index = 0; index < 1_000; index += 1)
    expect((await follow(`a:${index}`)).kind).toBe('result')
  expect(await follow('a:1000')).toMatchObject({ error: { data: { code: 'too_many_requests' } } })
})
