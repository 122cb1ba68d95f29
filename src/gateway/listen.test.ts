import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Notification } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import type { Outbound } from '../mcp/upstream/link.ts'
import type { FakeExchange } from './testing/fakes.ts'
import { ask, type FakeServer, policyOf, tell, world } from './testing/world.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const TOOLS_CHANGED = 'notifications/tools/list_changed'
const UPDATED = 'notifications/resources/updated'

const TOOLS = [{ name: 'read_a', inputSchema: { type: 'object' } }]

const note = (method: string, params?: JsonObject): Notification => ({
  kind: 'notification',
  method,
  params,
})
/** Everything here is made of promises alone: some turns of the event loop are enough for them. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
}

/** A modern server whose subscriptions stay open until they are aborted. */
function modernServer(acknowledge = true) {
  const streams: Outbound[] = []
  const server: FakeServer = {
    revision: MODERN,
    capabilities: { tools: { listChanged: true } },
    logic(outbound) {
      const { method, params } = outbound.request
      if (method !== 'subscriptions/listen')
        return { resultType: 'complete', tools: TOOLS, resources: [], resourceTemplates: [] }
      streams.push(outbound)
      const { notifications = {} } = params ?? {}
      if (acknowledge) outbound.onNotification(note(ACKNOWLEDGED, { notifications }))
      return new Promise((_, reject) => {
        const stop = (): void => reject(new GatewayError('cancelled', 'over'))
        outbound.signal.addEventListener('abort', stop)
      })
    },
  }
  return { server, streams }
}

/** A legacy server that lets every URI be followed but one. */
const legacyServer: FakeServer = {
  revision: LEGACY,
  logic({ request: { method, params } }) {
    if (method === 'resources/list')
      return { resources: ['a:1', 'b:1'].map((uri) => ({ uri, name: uri })) }
    if (method === 'resources/templates/list') return { resourceTemplates: [] }
    return params?.['uri'] === 'no:1' ? undefined : { tools: [] }
  },
}

interface Listening {
  readonly exchange: FakeExchange
  readonly answer: Promise<unknown>
  leave(): Promise<unknown>
  /** What came after the acknowledgement. */
  heard(): readonly Notification[]
}

function listening(
  gateway: ReturnType<typeof world>['gateway'],
  notifications: JsonObject,
  endpoint = 'files',
): Listening {
  const client = new AbortController()
  const exchange = ask(
    MODERN,
    endpoint,
    'subscriptions/listen',
    { notifications },
    { cancelled: client.signal },
  )
  const answer = gateway.handle(exchange)
  return {
    exchange,
    answer,
    leave() {
      client.abort()
      return answer
    },
    heard: () => exchange.notified.slice(1),
  }
}

describe('a subscription', () => {
  test('begins with what was granted, and hears nothing else', async () => {
    const { server, streams } = modernServer()
    const { gateway } = world({ servers: { files: server } })
    const { exchange, heard, leave } = listening(gateway, { toolsListChanged: true })
    await settled()
    const tag = { _meta: { [META.subscriptionId]: 1 } }
    expect(exchange.notified).toEqual([
      note(ACKNOWLEDGED, { ...tag, notifications: { toolsListChanged: true } }),
    ])
    for (const [method, params] of [
      [TOOLS_CHANGED],
      ['notifications/prompts/list_changed'],
      [UPDATED, { uri: 'a:1' }],
      ['notifications/cancelled', { requestId: 1 }],
      ['notifications/message', { level: 'info' }],
      ['vendor/x'],
    ] as const)
      streams[0]?.onNotification(note(method, params))
    expect(heard()).toEqual([note(TOOLS_CHANGED, tag)])
    expect(await leave()).toEqual({
      kind: 'result',
      id: 1,
      result: { resultType: 'complete', ...tag },
    })
    expect(streams[0]?.signal.aborted).toBe(true)
  })

  test('holds news back until it is acknowledged, each once', async () => {
    const { server, streams } = modernServer(false)
    const { gateway } = world({ servers: { files: server } })
    const { exchange, heard, leave } = listening(gateway, { toolsListChanged: true })
    await settled()
    for (let index = 0; index < 1_000; index += 1) streams[0]?.onNotification(note(TOOLS_CHANGED))
    expect(exchange.notified).toEqual([])
    streams[0]?.onNotification(note(ACKNOWLEDGED, { notifications: { toolsListChanged: true } }))
    await settled()
    expect(heard()).toHaveLength(1)
    await leave()
  })

  test('follows only what may be read, decided and on record before any server hears of it', async () => {
    const { server, streams } = modernServer()
    const order: string[] = []
    const { gateway } = world({
      servers: { files: server },
      policy: policyOf(({ target }) => target.name !== 'secret:1'),
      record: async ({ kind, target }) => {
        order.push(`${kind} ${target}`, `streams ${streams.length}`)
      },
    })
    const uris = ['a:1', 'secret:1', 'a:1']
    const { exchange, heard, leave } = listening(gateway, { resourceSubscriptions: uris })
    await settled()
    expect(order.filter((_, index) => index % 2 === 0).toSorted()).toEqual([
      'intent a:1',
      'outcome a:1',
      'outcome secret:1',
    ])
    expect(order.filter((_, index) => index % 2 === 1)).toEqual(Array(3).fill('streams 0'))
    const granted = { resourceSubscriptions: ['a:1'] }
    expect(streams[0]?.request.params).toMatchObject({ notifications: granted })
    expect(exchange.notified[0]?.params).toMatchObject({ notifications: granted })
    for (const uri of ['a:1', 'secret:1']) streams[0]?.onNotification(note(UPDATED, { uri }))
    expect(heard()).toMatchObject([{ params: { uri: 'a:1' } }])
    await leave()
  })

  test('that wants too much is refused', async () => {
    const { gateway, reached } = world({ servers: { files: modernServer().server } })
    const resourceSubscriptions = Array.from({ length: 1_001 }, (_, index) => `a:${index}`)
    expect(await listening(gateway, { resourceSubscriptions }).answer).toMatchObject({
      error: { data: { code: 'params_invalid' } },
    })
    expect(reached()).toEqual([])
  })

  test('at one server says why it cannot be heard; at all of them it goes on without', async () => {
    const down = () => new GatewayError('upstream_unreachable', 'gone')
    const servers = { files: { ...legacyServer, down }, other: modernServer().server }
    const { gateway } = world({ servers })
    expect(await listening(gateway, { toolsListChanged: true }).answer).toMatchObject({
      error: { code: -31020 },
    })
    const { exchange, leave } = listening(gateway, { toolsListChanged: true }, 'all')
    await settled()
    expect(exchange.notified).toMatchObject([{ method: ACKNOWLEDGED }])
    await leave()
  })

  test('tells the gateway first: what was listed is out of date', async () => {
    const { server, streams } = modernServer()
    const { gateway, reached } = world({ servers: { files: server }, maxAge: () => Infinity })
    const lists = () => reached().filter(({ request }) => request.method === 'tools/list').length
    const call = () => gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
    const { leave } = listening(gateway, { toolsListChanged: true })
    await settled()
    await call()
    await call()
    expect(lists()).toBe(1)
    streams[0]?.onNotification(note(TOOLS_CHANGED))
    await call()
    expect(lists()).toBe(2)
    await leave()
  })
})

describe('several clients at one legacy server', () => {
  const followed = (uris: readonly string[]) => ({ resourceSubscriptions: uris })

  test('each hear what they follow; the last to leave ends it at the server', async () => {
    const { gateway, opened, reached } = world({
      servers: { files: legacyServer },
      eras: { files: 'legacy' },
    })
    const one = listening(gateway, followed(['a:1', 'no:1']))
    const two = listening(gateway, followed(['a:1', 'b:1']))
    await settled()
    expect(opened).toHaveLength(1)
    const [link] = opened
    if (!link) throw new Error('no link')
    expect(one.exchange.notified[0]?.params).toMatchObject({ notifications: followed(['a:1']) })
    for (const uri of ['a:1', 'b:1', 'no:1', 'c:1']) tell(link, UPDATED, { uri })
    tell(link, TOOLS_CHANGED)
    const urisOf = ({ heard }: Listening) => heard().map(({ params }) => params?.['uri'])
    expect(urisOf(one)).toEqual(['a:1'])
    expect(urisOf(two)).toEqual(['a:1', 'b:1'])

    const unsubscribed = () =>
      reached()
        .filter(({ request }) => request.method === 'resources/unsubscribe')
        .map(({ request }) => request.params?.['uri'])
    const before = unsubscribed()
    await one.leave()
    await settled()
    expect(unsubscribed()).toEqual(before)
    tell(link, UPDATED, { uri: 'a:1' })
    expect(urisOf(one)).toEqual(['a:1'])
    expect(urisOf(two)).toEqual(['a:1', 'b:1', 'a:1'])
    await two.leave()
    await settled()
    expect(unsubscribed().slice(before.length)).toEqual(['a:1', 'b:1'])
  })

  test('a subscription ends with its server', async () => {
    const { gateway, opened } = world({
      servers: { files: legacyServer },
      eras: { files: 'legacy' },
    })
    const { answer } = listening(gateway, { toolsListChanged: true })
    await settled()
    opened[0]?.drop()
    expect(await answer).toMatchObject({ kind: 'result', result: { resultType: 'complete' } })
    expect(opened[0]?.released).toBe(1)
  })

  test('no server speaks for the resources of another', async () => {
    const { server, streams } = modernServer()
    const servers = { files: legacyServer, other: server }
    const { gateway, opened } = world({ servers, eras: { files: 'legacy', other: 'modern' } })
    const { heard, leave } = listening(gateway, followed(['a:1']), 'all')
    await settled()
    for (const stream of streams) stream.onNotification(note(UPDATED, { uri: 'a:1' }))
    expect(heard()).toEqual([])
    for (const each of opened)
      if (each.options.server === 'files') tell(each, UPDATED, { uri: 'a:1' })
    expect(heard()).toHaveLength(1)
    await leave()
  })
})

describe('a session before a modern server', () => {
  test('hears what it follows, and no word that is not meant for it', async () => {
    const { server, streams } = modernServer()
    const { gateway } = world({ servers: { files: server } })
    const session = new AbortController()
    const exchange = ask(
      LEGACY,
      'files',
      'resources/subscribe',
      { uri: 'a:1' },
      {
        who: { ended: session.signal },
      },
    )
    const sent: Notification[] = []
    Object.assign(exchange.conversation, { send: (each: Notification) => sent.push(each) })
    expect(await gateway.handle(exchange)).toMatchObject({ kind: 'result', result: {} })
    expect(streams.map(({ signal }) => signal.aborted)).toEqual([true, false])
    for (const [method, params] of [
      [UPDATED, { uri: 'a:1', _meta: { [META.subscriptionId]: 'x' } }],
      [UPDATED, { uri: 'b:1' }],
      [TOOLS_CHANGED],
      ['notifications/cancelled', { requestId: 1 }],
      ['notifications/prompts/list_changed'],
      [ACKNOWLEDGED],
    ] as const)
      streams[1]?.onNotification(note(method, params))
    expect(sent).toEqual([note(UPDATED, { uri: 'a:1', _meta: {} }), note(TOOLS_CHANGED)])
    session.abort()
    expect(streams[1]?.signal.aborted).toBe(true)
  })
})
