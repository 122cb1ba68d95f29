import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { statusOf } from '../http/status.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Response } from '../mcp/message.ts'
import { REVISIONS, type Revision } from '../mcp/revision.ts'
import { OWNER } from './testing/fakes.ts'
import { ask, type FakeServer, policyOf, toolServer, world } from './testing/world.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const BOTH = [MODERN, LEGACY] as const
const ERAS = BOTH.flatMap((client) => BOTH.map((server) => [client, server] as const))

const resultOf = (response: Response): JsonObject => {
  if (response.kind === 'error') throw new Error(JSON.stringify(response.error))
  return response.result
}
const errorOf = (response: Response): { code: number; data?: unknown; message: string } => {
  if (response.kind === 'result') throw new Error(JSON.stringify(response.result))
  return response.error
}
const namesIn = (result: JsonObject, kind = 'tools'): unknown[] =>
  (result[kind] as { name: unknown }[]).map(({ name }) => name)

describe('the table of methods', () => {
  // Literals: what a gateway answers at all must not change by accident.
  const both = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']
  const decided = ['tools/call', 'prompts/get', 'resources/read', 'completion/complete']
  const legacyOnly = ['initialize', 'ping', 'logging/setLevel']
  const legacyDecided = ['resources/subscribe', 'resources/unsubscribe']
  const modernOnly = ['server/discover', 'subscriptions/listen']
  const never = ['tasks/get', 'tasks/list', 'tools/Call', 'roots/list', '__proto__', 'constructor']
  const params: Record<string, JsonObject> = {
    'tools/call': { name: 'read_a' },
    'prompts/get': { name: 'p' },
    'resources/read': { uri: 'file:///a' },
    'resources/subscribe': { uri: 'file:///a' },
    'resources/unsubscribe': { uri: 'file:///a' },
    'completion/complete': { ref: { type: 'ref/prompt', name: 'p' }, argument: {} },
    'logging/setLevel': { level: 'info' },
    initialize: { protocolVersion: LEGACY, capabilities: {}, clientInfo: {} },
  }
  const server = (revision: Revision): FakeServer => ({
    revision,
    logic: ({ request: { method } }) => ({
      resultType: 'complete',
      tools: [{ name: 'read_a', inputSchema: { type: 'object' } }],
      prompts: [{ name: 'p' }],
      resources: [],
      resourceTemplates: [],
      said: method,
    }),
  })
  const known = (method: string, revision: Revision): boolean => {
    const own = revision === MODERN ? modernOnly : [...legacyOnly, ...legacyDecided]
    return [...both, ...decided, ...own].includes(method)
  }
  const all = [...both, ...decided, ...legacyOnly, ...legacyDecided, ...modernOnly, ...never]
  // A subscription has no end of its own.
  const request = (method: string, client: Revision) =>
    ask(client, 'files', method, params[method] ?? {}, {
      ...(method === 'subscriptions/listen' ? { cancelled: AbortSignal.timeout(20) } : {}),
    })
  const cases = all.flatMap((method) => ERAS.map((eras) => [method, ...eras] as const))

  test.each(cases)('%s from a client of %s to a server of %s', async (method, client, revision) => {
    const { gateway, reached, records } = world({ servers: { files: server(revision) } })
    const answer = await gateway.handle(request(method, client))
    if (!known(method, client)) {
      expect(errorOf(answer)).toMatchObject({ code: -32601, data: { code: 'method_unknown' } })
      expect(statusOf(answer, 'modern')).toBe(404)
      expect(reached()).toEqual([])
    } else expect(answer.kind).toBe('result')
    const intended = records.some(({ kind }) => kind === 'intent')
    expect(intended).toBe(known(method, client) && [...decided, ...legacyDecided].includes(method))
    gateway.close()
  })

  test.each(cases)('%s, all denied, from %s to %s', async (method, client, revision) => {
    const { gateway, reached } = world({
      servers: { files: server(revision) },
      policy: policyOf(() => false),
    })
    await gateway.handle(request(method, client))
    const undecided = [...both, 'server/discover', 'logging/setLevel', 'subscriptions/listen']
    for (const { request } of reached()) expect(undecided).toContain(request.method)
    gateway.close()
  })
})

describe('what reaches a server undecided', () => {
  test.each([
    ['tools/list', { query: 'secret' }],
    ['tools/list', { cursor: 'c', query: 'secret' }],
    ['tools/list', { cursor: { secret: 1 } }],
    ['logging/setLevel', { level: 'secret' }],
    ['logging/setLevel', { level: 'info', secret: 1 }],
  ])('%s with %j is refused', async (method, params) => {
    for (const endpoint of ['files', 'all']) {
      const { gateway, reached } = world({ servers: { files: toolServer(LEGACY, ['a']) } })
      const answer = await gateway.handle(ask(LEGACY, endpoint, method, params))
      expect(errorOf(answer)).toMatchObject({ code: -32602, data: { code: 'params_invalid' } })
      expect(JSON.stringify(reached())).not.toContain('secret')
    }
  })

  test('what the gateway asks by itself holds nothing of the client but its envelope', async () => {
    const servers = { one: toolServer(MODERN, ['read_a']), two: toolServer(MODERN, ['read_b']) }
    const { gateway, reached } = world({ servers })
    const meta = { 'example/secret': 'secret', progressToken: 'secret' }
    const headers = { 'mcp-param-secret': 'secret' }
    const exchange = ask(
      MODERN,
      'all',
      'resources/read',
      { uri: 'secret:x', _meta: meta },
      { headers },
    )
    await gateway.handle(exchange)
    expect(reached().length).toBeGreaterThan(3)
    expect(JSON.stringify(reached())).not.toContain('secret')
  })

  test('no intent on record, nothing sent', async () => {
    for (const [client, server] of ERAS) {
      const { gateway, reached } = world({
        servers: { files: toolServer(server, ['read_a']) },
        record: async () => {
          throw new GatewayError('audit_unavailable', 'disk full')
        },
      })
      const answer = await gateway.handle(ask(client, 'files', 'tools/call', { name: 'read_a' }))
      expect(errorOf(answer)).toMatchObject({ code: -31030 })
      expect(reached().map(({ request }) => request.method)).not.toContain('tools/call')
    }
  })
})

describe('lists', () => {
  test('show exactly what the decision lets be called, at both endpoints, in all eras', async () => {
    const names = ['read_a', 'write_b', 'delete_c', 'send_d', 'e']
    const rule = fc.record({
      permitted: fc.subarray(names),
      subjects: fc.subarray(['alice', 'bob']),
      clients: fc.subarray(['good', 'bad']),
      servers: fc.subarray(['one', 'two']),
    })
    const asks = fc.record({
      subject: fc.constantFrom('alice', 'bob'),
      client: fc.constantFrom('good', 'bad'),
      eras: fc.constantFrom(...ERAS),
      endpoint: fc.constantFrom('one', 'all'),
    })
    await fc.assert(
      fc.asyncProperty(rule, asks, async (rules, { subject, client, eras, endpoint }) => {
        const policy = policyOf(
          (request) =>
            rules.permitted.includes(request.target.name) &&
            rules.subjects.includes(request.subject.id) &&
            rules.clients.includes(request.client.name) &&
            rules.servers.includes(request.target.server) &&
            request.target.classification.effects.length > 0,
        )
        const servers = { one: toolServer(eras[1], names), two: toolServer(eras[1], names) }
        const { gateway } = world({ servers, policy })
        const who = {
          subject: { ...OWNER, id: subject as typeof OWNER.id },
          client: { name: client, version: '1' },
        }
        const listed = namesIn(
          resultOf(await gateway.handle(ask(eras[0], endpoint, 'tools/list', {}, { who }))),
        )
        const every = endpoint === 'all' ? names.flatMap((n) => [`one__${n}`, `two__${n}`]) : names
        const callable = []
        for (const name of every) {
          const answer = await gateway.handle(
            ask(eras[0], endpoint, 'tools/call', { name }, { who }),
          )
          if (resultOf(answer)['isError'] !== true) callable.push(name)
        }
        expect(listed.toSorted()).toEqual(callable.toSorted())
        gateway.close()
      }),
      { numRuns: 60 },
    )
  })

  test('that are filtered are private to the client', async () => {
    const open = {
      revision: MODERN,
      logic: () => ({
        resultType: 'complete',
        ttlMs: 60_000,
        cacheScope: 'public',
        tools: [{ name: 'read_a', inputSchema: { type: 'object' } }],
      }),
    } as const
    for (const permitted of [true, false]) {
      const { gateway } = world({ servers: { files: open }, policy: policyOf(() => permitted) })
      expect(resultOf(await gateway.handle(ask(MODERN, 'files', 'tools/list')))).toMatchObject({
        cacheScope: 'private',
      })
    }
  })

  test.each([
    ['an object', { read_a: { name: 'read_a' } }],
    ['nothing', undefined],
  ])('%s in place of a list is no list', async (_, tools) => {
    const files: FakeServer = { revision: LEGACY, logic: () => ({ tools }) }
    const { gateway } = world({ servers: { files } })
    const answer = await gateway.handle(ask(LEGACY, 'files', 'tools/list'))
    expect(errorOf(answer)).toMatchObject({ data: { code: 'upstream_malformed' } })
  })

  test('leave out what has no name, or shares one', async () => {
    const tool = (name: unknown) => ({ name, inputSchema: { type: 'object' } })
    const tools = [null, 7, tool('read_a'), tool('read_b'), tool('read_b'), tool(1), {}] as never
    const { gateway } = world({
      servers: { files: { revision: LEGACY, logic: () => ({ tools }) } },
    })
    const result = resultOf(await gateway.handle(ask(LEGACY, 'files', 'tools/list')))
    expect(result['tools']).toEqual([tool('read_a')])
  })
})

describe('one endpoint for all servers', () => {
  const two = { one: toolServer(LEGACY, ['read_a']), two: toolServer(MODERN, ['read_a']) }

  test.each(BOTH)('names tools after their servers, for clients of %s', async (client) => {
    const { gateway, reached, requests } = world({ servers: two })
    const listed = resultOf(await gateway.handle(ask(client, 'all', 'tools/list')))
    expect(namesIn(listed)).toEqual(['one__read_a', 'two__read_a'])
    for (const server of ['one', 'two']) {
      await gateway.handle(ask(client, 'all', 'tools/call', { name: `${server}__read_a` }))
      expect(reached(server).at(-1)?.request.params).toMatchObject({ name: 'read_a' })
      expect(requests.at(-1)?.target).toMatchObject({ server, name: 'read_a' })
    }
  })

  test.each(['read_a', 'three__read_a', '__read_a', 'one__', 'one__nothing', 'ONE__read_a'])(
    'does not know `%s`',
    async (name) => {
      const { gateway, records } = world({ servers: two })
      const answer = await gateway.handle(ask(LEGACY, 'all', 'tools/call', { name }))
      expect(errorOf(answer)).toMatchObject({ code: -32602, data: { code: 'tool_unknown' } })
      expect(records).toMatchObject([{ kind: 'outcome', outcome: 'failed', error: 'tool_unknown' }])
    },
  )

  test('names a server that is not there, and lists the others', async () => {
    const failure = new GatewayError('upstream_unreachable', 'gone', { detail: 'secret host' })
    const servers = { ...two, two: { ...two.two, down: () => failure } }
    const { gateway } = world({ servers })
    const answer = await gateway.handle(ask(LEGACY, 'all', 'tools/list'))
    expect(namesIn(resultOf(answer))).toEqual(['one__read_a'])
    expect(resultOf(answer)['_meta']).toEqual({
      'dev.bailiwick/unavailable': [{ server: 'two', code: 'upstream_unreachable' }],
    })
    expect(JSON.stringify(answer)).not.toContain('secret')
  })

  const offering = (uris: readonly string[], templates: readonly string[] = []): FakeServer => ({
    revision: LEGACY,
    logic: ({ request: { method } }) => {
      if (method === 'resources/list') return { resources: uris.map((uri) => ({ uri, name: uri })) }
      if (method === 'resources/templates/list')
        return { resourceTemplates: templates.map((t) => ({ uriTemplate: t, name: t })) }
      return { contents: [] }
    },
  })

  test('reads a resource at its one owner, and refuses one with two', async () => {
    const servers = {
      one: offering(['a:1', 'both:1'], ['one:{x}', 't:{x}']),
      two: offering(['b:1', 'both:1'], ['two:{x}', 't:{y}']),
    }
    const { gateway, reached, requests } = world({ servers })
    const read = (uri: string) => gateway.handle(ask(MODERN, 'all', 'resources/read', { uri }))
    const owners = { 'a:1': 'one', 'b:1': 'two', 'one:9': 'one', 'two:9': 'two' }
    for (const [uri, server] of Object.entries(owners)) {
      resultOf(await read(uri))
      expect(requests.at(-1)?.target).toMatchObject({ kind: 'resource', server, name: uri })
    }
    const before = reached().length
    for (const uri of ['both:1', 't:9', 'nobody:1'])
      expect(errorOf(await read(uri))).toMatchObject({ data: { code: 'resource_unknown' } })
    expect(reached()).toHaveLength(before)
  })

  test('asks again for owners when a server did not answer, or the asker gave up', async () => {
    let down: GatewayError | undefined = new GatewayError('upstream_unreachable', 'gone')
    const servers = { one: { ...offering(['a:1']), down: () => down } }
    const { gateway } = world({ servers })
    const read = () => gateway.handle(ask(MODERN, 'all', 'resources/read', { uri: 'a:1' }))
    expect((await read()).kind).toBe('error')
    down = undefined
    expect((await read()).kind).toBe('result')
  })

  test('pages long lists, each cursor for its own subject and list', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `read_${index}`)
    const { gateway } = world({ servers: { one: toolServer(LEGACY, names) } })
    const list = (params: JsonObject, id = 'owner', method = 'tools/list') => {
      const subject = { ...OWNER, id: id as typeof OWNER.id }
      return gateway.handle(ask(LEGACY, 'all', method, params, { who: { subject } }))
    }
    const seen: unknown[] = []
    let cursor: JsonObject = {}
    const cursors: JsonObject[] = []
    for (;;) {
      const result = resultOf(await list(cursor))
      seen.push(...namesIn(result))
      if (result['nextCursor'] === undefined) break
      cursor = { cursor: result['nextCursor'] }
      cursors.push(cursor)
    }
    expect(seen).toEqual(names.map((name) => `one__${name}`))
    const [first = {}] = cursors
    for (const answer of [
      await list(first, 'mallory'),
      await list(first, 'owner', 'prompts/list'),
      await list({ cursor: 'x.1' }),
      await list({ cursor: `${String(first['cursor'])}e3` }),
    ])
      expect(errorOf(answer)).toMatchObject({ code: -32602 })
    // Others who page much do not take a subject's place.
    for (let index = 0; index < 30; index += 1) await list({}, 'greedy')
    expect((await list(first)).kind).toBe('result')
  })
})

describe('the first words', () => {
  const server = (revision: Revision): FakeServer => ({
    ...toolServer(revision, ['read_a']),
    logic: () => ({
      resultType: 'complete',
      supportedVersions: [MODERN],
      capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} }, tasks: {} },
    }),
    capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} }, tasks: {} },
  })
  const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {} }

  test.each(BOTH)(
    'of a server of %s, in both eras, without what is not carried',
    async (revision) => {
      const { gateway } = world({ servers: { files: server(revision) } })
      const discovered = resultOf(await gateway.handle(ask(MODERN, 'files', 'server/discover')))
      expect(discovered).toMatchObject({ resultType: 'complete', supportedVersions: REVISIONS })
      const begun = resultOf(
        await gateway.handle(ask('2025-06-18', 'files', 'initialize', initialize)),
      )
      for (const said of [discovered, begun]) {
        if (said['capabilities'] !== undefined) expect(said['capabilities']).toHaveProperty('tools')
        expect(JSON.stringify(said)).not.toContain('tasks')
      }
      gateway.close()
    },
  )

  test('of the endpoint for all, in both eras', async () => {
    const { gateway, opened } = world({ servers: { files: server(LEGACY) } })
    const discovered = resultOf(await gateway.handle(ask(MODERN, 'all', 'server/discover')))
    expect(discovered).toMatchObject({
      supportedVersions: REVISIONS,
      cacheScope: 'private',
      ttlMs: 0,
      capabilities: { tools: { listChanged: true } },
    })
    const begun = resultOf(await gateway.handle(ask('2025-06-18', 'all', 'initialize', initialize)))
    expect(begun).toMatchObject({
      protocolVersion: '2025-06-18',
      serverInfo: { name: 'bailiwick' },
    })
    expect(opened).toEqual([])
  })
})
