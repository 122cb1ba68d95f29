import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Response } from '../../mcp/message.ts'
import type { Revision } from '../../mcp/revision.ts'
import { ask, type FakeServer, toolServer, world } from '../testing/world.ts'
import type { Connections } from './once-connected.ts'

const LEGACY = '2025-11-25'
const MODERN = '2026-07-28'
const URL_OF = 'https://gateway.example/console/connections?connect=files'
const PAGES = { elicitation: { url: {} } }
const CONNECT = 'bailiwick/connect'

function required(data: JsonObject = { server: 'files', url: URL_OF, reason: 'not_connected' }) {
  return new GatewayError('connection_required', 'connect to files first', { data })
}

interface Person {
  connected: boolean
  waits: string[]
}

/** A server behind which a person may be connected, or not. */
function place(
  options: { readonly holds?: 'connects' | 'gives up'; readonly data?: JsonObject } = {},
) {
  const person: Person = { connected: false, waits: [] }
  const down = (): GatewayError | undefined =>
    person.connected ? undefined : required(options.data)
  const files: FakeServer = { ...toolServer(LEGACY, ['read_a']), down }
  const connections: Connections = {
    async wait(server, subject) {
      person.waits.push(`${server} ${subject.id}`)
      person.connected = options.holds === 'connects'
      return person.connected
    },
  }
  const made = world({
    servers: { files, mail: toolServer(LEGACY, ['read_b']) },
    ...(options.holds ? { connections } : {}),
  })
  return { ...made, person }
}

const CALL = { name: 'read_a', arguments: {} }

function asked(revision: Revision, capabilities: JsonObject, params: JsonObject = CALL, more = {}) {
  return ask(revision, 'files', 'tools/call', params, { who: { capabilities }, ...more })
}

function resultOf(response: Response): JsonObject {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}

const onRecord = { kind: 'outcome', outcome: 'denied', error: 'connection_required' }

describe('a call whose subject has to connect first', () => {
  test.each([
    ['2025-06-18', PAGES],
    [LEGACY, {}],
    [LEGACY, { elicitation: {} }],
    [MODERN, { elicitation: { form: {} } }],
  ] as const)('is answered in words that name the page: %s %o', async (revision, capabilities) => {
    const { gateway, records, requests } = place()
    const result = resultOf(await gateway.handle(asked(revision, capabilities)))
    expect(result).toMatchObject({
      isError: true,
      _meta: {
        'dev.bailiwick/decision': {
          code: 'connection_required',
          server: 'files',
          url: URL_OF,
          reason: 'not_connected',
        },
      },
    })
    expect(JSON.stringify(result['content'])).toContain(`connect at ${URL_OF}`)
    expect(requests).toEqual([])
    expect(records).toMatchObject([onRecord])
  })

  test('is answered with -32042 where the client shows pages', async () => {
    const { gateway, records } = place()
    const response = await gateway.handle(asked(LEGACY, PAGES))
    expect(response).toMatchObject({
      kind: 'error',
      error: {
        code: -32042,
        data: {
          code: 'connection_required',
          elicitations: [{ mode: 'url', url: URL_OF, elicitationId: expect.any(String) }],
        },
      },
    })
    expect(records).toMatchObject([onRecord])
  })

  test('is asked back in 2026-07-28, and goes on once connected', async () => {
    const { gateway, records, person, reached } = place()
    const first = resultOf(await gateway.handle(asked(MODERN, PAGES)))
    expect(first).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        [CONNECT]: { method: 'elicitation/create', params: { mode: 'url', url: URL_OF } },
      },
    })
    expect(JSON.stringify(first)).not.toContain('elicitationId')
    expect(records).toMatchObject([onRecord])
    person.connected = true
    const retry = { ...CALL, inputResponses: { [CONNECT]: { action: 'accept' } } }
    expect(resultOf(await gateway.handle(asked(MODERN, PAGES, retry)))).toMatchObject({
      content: [],
    })
    expect(JSON.stringify(reached())).not.toContain(CONNECT)
  })

  test.each(['accept', 'decline', 'cancel'])(
    'is not asked back for ever: %s, and still not connected',
    async (action) => {
      const { gateway } = place()
      const retry = { ...CALL, inputResponses: { [CONNECT]: { action } } }
      expect(resultOf(await gateway.handle(asked(MODERN, PAGES, retry)))).toMatchObject({
        isError: true,
      })
    },
  )

  test('does not lose a round of its server', async () => {
    const { gateway } = place()
    const round = { ...CALL, inputResponses: { other: {} }, requestState: 'x' }
    expect(resultOf(await gateway.handle(asked(MODERN, PAGES, round)))).toMatchObject({
      isError: true,
    })
  })

  test.each(['javascript:alert(1)', 7, undefined])(
    'has a client show nothing but a page: %s',
    async (url) => {
      const { gateway } = place({ data: { server: 'files', url, secret: 'key' } as JsonObject })
      for (const revision of [LEGACY, MODERN] as const) {
        const result = resultOf(await gateway.handle(asked(revision, PAGES)))
        expect(result).toMatchObject({ isError: true })
        expect(JSON.stringify(result['content'])).not.toContain('connect at')
      }
    },
  )
})

describe('where calls wait for the person', () => {
  const answering = (action: string) => ({
    ask: async (): Promise<Response> => ({ kind: 'result', id: 0, result: { action } }),
  })

  test('a legacy client shows the page meanwhile, and the call goes on', async () => {
    const { gateway, person, requests } = place({ holds: 'connects' })
    const questions: unknown[] = []
    const exchange = asked(LEGACY, PAGES, CALL, {
      async ask(method: string, params: JsonObject) {
        questions.push({ method, ...params })
        return { kind: 'result', id: 0, result: { action: 'accept' } }
      },
    })
    expect(resultOf(await gateway.handle(exchange))).toMatchObject({ content: [] })
    expect(questions).toMatchObject([{ method: 'elicitation/create', mode: 'url', url: URL_OF }])
    expect(person.waits).toEqual(['files owner'])
    expect(requests).toHaveLength(1)
    const method = 'notifications/elicitation/complete'
    expect(exchange.notified).toMatchObject([{ method }])
  })

  test('a modern client comes back, and waits then', async () => {
    const { gateway, person } = place({ holds: 'connects' })
    const first = resultOf(await gateway.handle(asked(MODERN, PAGES)))
    expect(first['resultType']).toBe('input_required')
    expect(person.waits).toEqual([])
    const retry = { ...CALL, inputResponses: { [CONNECT]: { action: 'accept' } } }
    expect(resultOf(await gateway.handle(asked(MODERN, PAGES, retry)))).toMatchObject({
      content: [],
    })
    expect(person.waits).toEqual(['files owner'])
  })

  test.each(['accept', 'decline', 'cancel'])('it is over some time: %s', async (action) => {
    const { gateway, records } = place({ holds: 'gives up' })
    const exchange = asked(LEGACY, PAGES, CALL, answering(action))
    expect(resultOf(await gateway.handle(exchange))).toMatchObject({ isError: true })
    expect(records).toMatchObject([onRecord])
    expect(exchange.notified).toEqual([])
  })

  test('only so many calls of one client are held', async () => {
    const files: FakeServer = { ...toolServer(LEGACY, ['read_a']), down: () => required() }
    const over = Promise.withResolvers<boolean>()
    const connections: Connections = { wait: () => over.promise }
    const { gateway } = world({ servers: { files }, connections })
    const more = { ask: () => new Promise<Response>(() => {}) }
    const held = Array.from({ length: 8 }, () => gateway.handle(asked(LEGACY, PAGES, CALL, more)))
    const next = await gateway.handle(asked(LEGACY, PAGES, CALL, more))
    expect(next).toMatchObject({ error: { code: -32042 } })
    over.resolve(false)
    for (const one of await Promise.all(held))
      expect(resultOf(one)).toMatchObject({ isError: true })
  })

  test('who does not want to see the page is not waited for', async () => {
    const files: FakeServer = { ...toolServer(LEGACY, ['read_a']), down: () => required() }
    const connections: Connections = { wait: () => new Promise(() => {}) }
    const { gateway } = world({ servers: { files }, connections })
    const exchange = asked(LEGACY, PAGES, CALL, answering('decline'))
    expect(resultOf(await gateway.handle(exchange))).toMatchObject({ isError: true })
  })

  test('who cannot be shown the page is not held, and what has left is not made again', async () => {
    const { gateway, person } = place({ holds: 'connects' })
    expect(resultOf(await gateway.handle(asked(LEGACY, {})))).toMatchObject({ isError: true })
    expect(person.waits).toEqual([])

    const server = toolServer(LEGACY, ['read_a'])
    let calls = 0
    const files: FakeServer = {
      ...server,
      logic(outbound) {
        if (outbound.request.method !== 'tools/call') return server.logic(outbound)
        calls += 1
        throw required()
      },
    }
    const waits: string[] = []
    const connections: Connections = { wait: async (name) => waits.push(name) > 0 }
    const other = world({ servers: { files }, connections })
    const response = await other.gateway.handle(asked(LEGACY, PAGES))
    expect(response).toMatchObject({ error: { code: -32042 } })
    await new Promise(setImmediate)
    expect(other.records).toMatchObject([
      { kind: 'intent' },
      { kind: 'outcome', outcome: 'failed', error: 'connection_required' },
    ])
    expect([calls, waits]).toEqual([1, []])
  })
})

describe('besides tool calls', () => {
  test.each([
    ['tools/list', {}],
    ['resources/read', { uri: 'a://b' }],
    ['prompts/get', { name: 'p' }],
  ])('%s is a JSON-RPC error that names the page', async (method, params) => {
    for (const revision of [LEGACY, MODERN] as const) {
      const { gateway } = place()
      const response = await gateway.handle(ask(revision, 'files', method, params))
      expect(response).toMatchObject({
        error: { code: -31047, data: { code: 'connection_required', url: URL_OF } },
      })
    }
  })

  test('`initialize` names the page in words, for nothing was agreed yet', async () => {
    const { gateway } = place()
    const params = { protocolVersion: LEGACY, capabilities: PAGES }
    const who = { capabilities: PAGES }
    const response = await gateway.handle(ask(LEGACY, 'files', 'initialize', params, { who }))
    expect(JSON.stringify(response)).toContain(URL_OF)
    expect(JSON.stringify(response)).not.toContain('-32042')
  })

  test('under one roof the lists of others are there, and nothing is said but why', async () => {
    for (const revision of [LEGACY, MODERN] as const) {
      const { gateway } = place()
      const result = resultOf(await gateway.handle(ask(revision, 'all', 'tools/list', {})))
      expect(result['tools']).toMatchObject([{ name: 'mail__read_b' }])
      expect(result['_meta']).toEqual({
        'dev.bailiwick/unavailable': [{ server: 'files', code: 'connection_required' }],
      })
    }
  })

  test('a server that asks for somebody, and for which nothing is set, is a failure of its own', async () => {
    const files: FakeServer = {
      ...toolServer(LEGACY, ['read_a']),
      down: () => new GatewayError('upstream_unauthorized', 'no'),
    }
    const { gateway } = world({ servers: { files } })
    const response = await gateway.handle(asked(LEGACY, PAGES))
    expect(response).toMatchObject({ error: { data: { code: 'upstream_unauthorized' } } })
  })
})
