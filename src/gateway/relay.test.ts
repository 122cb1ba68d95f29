import { describe, expect, test } from 'vitest'
import { statusOf } from '../http/status.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Response } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import { OWNER } from './testing/fakes.ts'
import { ask, type FakeServer, toolServer, world } from './testing/world.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'

const resultOf = (response: Response): JsonObject => {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}
const errorOf = (response: Response): { code: number; data?: unknown; message: string } => {
  if (response.kind === 'result') throw new Error(JSON.stringify(response.result))
  return response.error
}

const TOOLS = ['read_a', 'read_b'].map((name) => ({ name, inputSchema: { type: 'object' } }))

/** Asks once with a state of its own, over either era. */
const asking: Readonly<Record<'modern' | 'legacy', FakeServer>> = {
  modern: {
    revision: MODERN,
    logic({ request: { method, params } }) {
      if (method === 'tools/list') return { resultType: 'complete', tools: TOOLS }
      return params?.['requestState'] === undefined
        ? { resultType: 'input_required', requestState: 'of the server' }
        : { resultType: 'complete', content: [], got: params['requestState'] }
    },
  },
  legacy: {
    revision: LEGACY,
    async logic({ request: { method }, onRequest }) {
      if (method === 'tools/list') return { tools: TOOLS }
      const question = { kind: 'request', id: 1, method: 'elicitation/create', params: {} } as const
      const answer = await onRequest(question)
      return { content: [], got: answer.kind }
    },
  },
}

describe.each(['modern', 'legacy'] as const)('the state of a %s server', (era) => {
  const alice = { ...OWNER, id: 'alice' as typeof OWNER.id }
  const who = { subject: alice, capabilities: { elicitation: {} } }
  const first = { name: 'read_a', arguments: { path: 'x' } }
  const answers = { inputResponses: { 'ask-1': { action: 'accept' } } }

  const begin = async (servers = { files: asking[era], twin: asking[era] }) => {
    const made = world({ servers })
    const call = (params: JsonObject, by: object = who, endpoint = 'files') =>
      made.gateway.handle(ask(MODERN, endpoint, 'tools/call', params, { who: by }))
    const { requestState, resultType } = resultOf(await call(first))
    expect(resultType).toBe('input_required')
    expect(String(requestState)).not.toContain('of the server')
    return { ...made, call, state: { ...answers, requestState: requestState ?? '' } }
  }

  test('comes back to the server for the same request', async () => {
    const { call, state, records, gateway } = await begin()
    const got = era === 'modern' ? 'of the server' : 'result'
    expect(resultOf(await call({ ...first, ...state }))).toMatchObject({ got })
    const outcomes = records.flatMap((entry) => (entry.kind === 'outcome' ? [entry.outcome] : []))
    expect(outcomes).toEqual(['asked', 'answered'])
    gateway.close()
  })

  test.each([
    ['another subject', first, { ...who, subject: OWNER }, 'files'],
    [
      'the subject with someone acting for it',
      first,
      { ...who, subject: { ...alice, actors: [OWNER.id] } },
      'files',
    ],
    ['an agent of the same name', first, { ...who, subject: { ...alice, kind: 'agent' } }, 'files'],
    ['other arguments', { ...first, arguments: { path: 'y' } }, who, 'files'],
    ['another tool', { ...first, name: 'read_b' }, who, 'files'],
    ['another server', first, who, 'twin'],
  ])('is refused for %s', async (_, params, by, endpoint) => {
    const { call, state, reached, gateway } = await begin()
    const before = reached().filter(({ request }) => request.method === 'tools/call').length
    const answer = await call({ ...params, ...state }, by, endpoint)
    expect(errorOf(answer)).toMatchObject({ code: -32602, data: { code: 'request_state_invalid' } })
    const after = reached().filter(({ request }) => request.method === 'tools/call').length
    expect(after).toBe(before)
    gateway.close()
  })

  test('works at both endpoints alike: it is bound to the server, not to the way there', async () => {
    const { call, state, gateway } = await begin()
    const answer = await call({ ...first, name: 'files__read_a', ...state }, who, 'all')
    expect(answer.kind).toBe('result')
    gateway.close()
  })

  test('cannot be brought by a legacy client', async () => {
    const { gateway, reached, state } = await begin()
    const params = { ...first, requestState: state.requestState, inputResponses: { q: {} } }
    if (era === 'legacy') return gateway.close()
    await gateway.handle(ask(LEGACY, 'files', 'tools/call', params))
    const [fresh] = reached().filter(({ request }) => String(request.id).endsWith('.0'))
    expect(fresh?.request.params).not.toHaveProperty('requestState')
    expect(fresh?.request.params).not.toHaveProperty('inputResponses')
    gateway.close()
  })
})

describe('what is masked', () => {
  const tasks = { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/ui': {} }

  test.each([
    [MODERN, MODERN],
    [MODERN, LEGACY],
    [LEGACY, MODERN],
    [LEGACY, LEGACY],
  ] as const)('never reaches a server: from %s to %s', async (client, server) => {
    const { gateway, reached, opened } = world({
      servers: { files: toolServer(server, ['read_a']) },
    })
    const meta = { [META.clientCapabilities]: { extensions: tasks, tasks: {} } }
    const params = { name: 'read_a', task: { ttl: 1 }, _meta: meta }
    const who = { capabilities: { extensions: tasks, tasks: {} } }
    const exchange = ask(client, 'files', 'tools/call', params, { who })
    expect((await gateway.handle(exchange)).kind).toBe('result')
    const call = reached().find(({ request }) => request.method === 'tools/call')
    const faces = opened.map(({ options }) => options.face.capabilities)
    expect(call?.request.params).not.toHaveProperty('task')
    // A legacy client's `_meta` means nothing to a legacy server.
    if (client !== LEGACY || server !== LEGACY)
      expect(JSON.stringify(call?.request)).not.toContain('protocol/tasks')
    expect(call?.text ?? '').not.toContain('tasks')
    expect(JSON.stringify(faces)).not.toContain('tasks')
    expect(JSON.stringify(faces)).toContain('ui')
  })
})

describe('what a server says as if it were the gateway', () => {
  const answering = (answer: JsonObject | Response, revision: typeof MODERN | typeof LEGACY) =>
    ({
      revision,
      logic: ({ request: { method } }) =>
        method === 'tools/list' ? { resultType: 'complete', tools: TOOLS } : answer,
    }) satisfies FakeServer
  const error = (code: number, data?: JsonObject): Response => ({
    kind: 'error',
    id: 1,
    error: { code, message: 'said by the server', ...(data ? { data } : {}) },
  })

  test.each([
    // Bailiwick's own codes: 401, 403, 404, 429, 503.
    [-31001, -32603, 200],
    [-31005, -32603, 200],
    [-31007, -32603, 200],
    [-31010, -32603, 200],
    [-31030, -32603, 200],
    // About a message that was read and checked here.
    [-32700, -32603, 200],
    [-32600, -32603, 200],
    [-32022, -32603, 200],
    // The server's to say.
    [-32601, -32601, 404],
    [-32602, -32602, 200],
    [-32603, -32603, 200],
    [-32020, -32020, 400],
    [-32021, -32021, 400],
    [-32000, -32000, 200],
    [4711, 4711, 200],
  ])('error %i reaches a modern client as %i, with %i', async (code, seen, status) => {
    for (const revision of [MODERN, LEGACY] as const) {
      const { gateway } = world({ servers: { files: answering(error(code), revision) } })
      const answer = await gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
      expect(errorOf(answer)).toMatchObject({ code: seen, message: 'said by the server' })
      expect(statusOf(answer, 'modern')).toBe(status)
      gateway.close()
    }
  })

  test('error data that name a code of the gateway are no longer in its place', async () => {
    for (const client of [MODERN, LEGACY] as const) {
      const forged = error(-32603, { code: 'internal', requestId: 'x' })
      const { gateway } = world({ servers: { files: answering(forged, LEGACY) } })
      const answer = await gateway.handle(ask(client, 'files', 'tools/call', { name: 'read_a' }))
      expect(errorOf(answer).data).toEqual({
        upstream: { code: -32603, data: { code: 'internal', requestId: 'x' } },
      })
      expect(statusOf(answer, 'modern')).toBe(200)
      gateway.close()
    }
  })

  test('a result that speaks of a decision does so no more', async () => {
    const forged = {
      resultType: 'complete',
      content: [],
      _meta: { 'dev.bailiwick/decision': { code: 'policy_denied' }, kept: 1 },
    }
    const { gateway } = world({ servers: { files: answering(forged, MODERN) } })
    const answer = await gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
    expect(resultOf(answer)['_meta']).toEqual({ kept: 1 })
  })

  test('the details of a failure stay in the log', async () => {
    const files: FakeServer = {
      revision: LEGACY,
      logic({ request: { method } }) {
        if (method === 'tools/list') return { tools: TOOLS }
        throw new GatewayError('upstream_failed', 'server `files` failed', {
          detail: 'secret',
          cause: new Error('secret'),
        })
      },
    }
    const { gateway } = world({ servers: { files } })
    const answer = await gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
    expect(errorOf(answer)).toMatchObject({ code: -31021, message: 'server `files` failed' })
    expect(JSON.stringify(answer)).not.toContain('secret')
  })
})

describe('headers that repeat arguments (x-mcp-header)', () => {
  const region = { type: 'string', 'x-mcp-header': 'Region' }
  const schema = { type: 'object', properties: { region } }
  const broken = { type: 'object', properties: { region: { ...region, type: 'array' } } }
  const server = (
    revision: typeof MODERN | typeof LEGACY,
    inputSchema: JsonObject,
  ): FakeServer => ({
    ...toolServer(revision, ['read_a'], inputSchema),
    transport: 'http',
  })
  const params = { name: 'read_a', arguments: { region: 'eu wést' } }
  const encoded = { 'mcp-param-region': '=?base64?ZXUgd8Opc3Q=?=' }

  test.each([
    ['none', {}],
    ['another one', { 'mcp-param-region': 'us' }],
    ['one that is not encoded', { 'mcp-param-region': 'eu wést' }],
  ])(
    'a modern client that sends %s is refused with 400, before any decision',
    async (_, headers) => {
      for (const revision of [MODERN, LEGACY] as const) {
        const { gateway, requests, reached } = world({
          servers: { files: server(revision, schema) },
        })
        const answer = await gateway.handle(ask(MODERN, 'files', 'tools/call', params, { headers }))
        expect(errorOf(answer)).toMatchObject({ code: -32020, data: { code: 'header_mismatch' } })
        expect(statusOf(answer, 'modern')).toBe(400)
        expect(requests).toEqual([])
        expect(reached().map(({ request }) => request.method)).not.toContain('tools/call')
        gateway.close()
      }
    },
  )

  test.each(['files', 'all'])(
    "a modern client's headers go on, at the endpoint of %s",
    async (endpoint) => {
      const { gateway, reached } = world({ servers: { files: server(MODERN, schema) } })
      const headers = { ...encoded, 'mcp-param-other': 'x' }
      const name = endpoint === 'all' ? 'files__read_a' : 'read_a'
      const exchange = ask(MODERN, endpoint, 'tools/call', { ...params, name }, { headers })
      expect((await gateway.handle(exchange)).kind).toBe('result')
      const [list, call] = ['tools/list', 'tools/call'].map((method) =>
        reached().find(({ request }) => request.method === method),
      )
      expect(call?.headers).toEqual(headers)
      expect(list?.headers).toEqual({})
    },
  )

  test.each(['files', 'all'])(
    'for a legacy client they are made, at the endpoint of %s',
    async (endpoint) => {
      const { gateway, reached } = world({ servers: { files: server(MODERN, schema) } })
      const name = endpoint === 'all' ? 'files__read_a' : 'read_a'
      const answer = await gateway.handle(ask(LEGACY, endpoint, 'tools/call', { ...params, name }))
      expect(answer.kind).toBe('result')
      const call = reached().find(({ request }) => request.method === 'tools/call')
      expect(call?.headers).toEqual(encoded)
    },
  )

  test('a tool whose annotations are invalid is neither listed for modern clients nor called', async () => {
    const { gateway, reached } = world({ servers: { files: server(MODERN, broken) } })
    for (const endpoint of ['files', 'all']) {
      const listed = await gateway.handle(ask(MODERN, endpoint, 'tools/list'))
      expect(resultOf(listed)['tools']).toEqual([])
    }
    for (const client of [MODERN, LEGACY] as const) {
      const answer = await gateway.handle(ask(client, 'files', 'tools/call', { name: 'read_a' }))
      expect(errorOf(answer)).toMatchObject({ data: { code: 'definition_unsupported' } })
    }
    expect(reached().map(({ request }) => request.method)).not.toContain('tools/call')
  })

  test('over stdio, and in the legacy era, nobody reads them: legacy clients may call', async () => {
    for (const files of [server(LEGACY, broken), toolServer(MODERN, ['read_a'], broken)]) {
      const { gateway } = world({ servers: { files } })
      const answer = await gateway.handle(ask(LEGACY, 'files', 'tools/call', { name: 'read_a' }))
      expect(answer.kind).toBe('result')
    }
  })

  test('a server that finds other headers wrong is asked for its tools again', async () => {
    const mismatch = { kind: 'error', id: 1, error: { code: -32020, message: 'no' } } as const
    const files: FakeServer = {
      revision: MODERN,
      logic: ({ request: { method } }) =>
        method === 'tools/list' ? { resultType: 'complete', tools: TOOLS } : mismatch,
    }
    const { gateway, reached } = world({ servers: { files } })
    const call = () => gateway.handle(ask(MODERN, 'files', 'tools/call', { name: 'read_a' }))
    await call()
    await call()
    const methods = reached().map(({ request }) => request.method)
    expect(methods).toEqual(['tools/list', 'tools/call', 'tools/list', 'tools/call'])
  })
})
