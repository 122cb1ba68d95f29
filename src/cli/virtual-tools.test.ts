import { describe, expect, test } from 'vitest'
import { configFrom } from '../config/config.ts'
import { ConfigError } from '../config/problem.ts'
import { ask, type FakeServer, tell, type World, world } from '../gateway/testing/world.ts'
import type { JsonObject } from '../kernel/json.ts'
import { META } from '../mcp/revision.ts'
import { catalogPort } from './catalog-port.ts'
import { UNREAD } from './renderers.ts'
import { TRUSTING } from './testing/trusting.ts'
import { virtualTools } from './virtual-tools.ts'

const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const PLACES = { env: {}, homedir: '/h' }

/** A place for an argument. */
const $ = (name: string): string => `\${${name}}`

function server(
  revision: typeof MODERN | typeof LEGACY,
  annotation: unknown = 'Region',
): FakeServer {
  const inputSchema = {
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': annotation }, sql: { type: 'string' } },
  }
  const frame = revision === MODERN ? { resultType: 'complete' } : {}
  return {
    revision,
    transport: 'http',
    logic({ request: { method } }) {
      if (method === 'tools/list')
        return { ...frame, tools: [{ name: 'run', inputSchema } as unknown as JsonObject] }
      return method === 'tools/call' ? { ...frame, content: [] } : undefined
    },
  }
}

const TOOLS = {
  narrow: {
    of: 'crm:run',
    description: 'Narrow.',
    arguments: { where: { enum: ['eu', 'us'], 'x-mcp-header': 'Where', type: 'string' } },
    with: { region: $('where'), sql: 'S' },
    effects: ['read'],
  },
  same: { of: 'crm:run' },
}

function build(crm: FakeServer, more: object = {}): World {
  const config = configFrom(
    {
      servers: { crm: { transport: 'http', url: 'http://server.example/mcp', ...more } },
      virtual: { support: { tools: TOOLS } },
    },
    '/etc',
    PLACES,
  )
  const { servers } = config
  const virtual = virtualTools(config, UNREAD)
  const catalog = catalogPort({ servers, virtual, ...TRUSTING })
  return world({ servers: { crm }, catalog })
}

function call(
  revision: typeof MODERN | typeof LEGACY,
  name: string,
  args: JsonObject,
  headers = {},
  more = {},
) {
  const meta = revision === MODERN ? { _meta: { [META.clientCapabilities]: {} } } : {}
  return ask(
    revision,
    'support',
    'tools/call',
    { name, arguments: args, ...meta, ...more },
    { headers },
  )
}

describe('headers that repeat arguments', () => {
  const OWN = { 'mcp-param-where': 'eu' }

  test.each([MODERN, LEGACY] as const)(
    'a %s client: the server gets those of its own tool',
    async (revision) => {
      const { gateway, reached } = build(server(MODERN))
      const headers =
        revision === MODERN ? { ...OWN, 'mcp-param-region': 'us', 'mcp-param-x': 'y' } : {}
      const answer = await gateway.handle(call(revision, 'narrow', { where: 'eu' }, headers))
      expect(answer).toMatchObject({ kind: 'result' })
      const sent = reached().at(-1)
      expect(sent?.request.params).toMatchObject({
        name: 'run',
        arguments: { region: 'eu', sql: 'S' },
      })
      expect(sent?.headers).toEqual({ 'mcp-param-region': 'eu' })
    },
  )

  test.each([
    ['missing', {}],
    ['of another value', { 'mcp-param-where': 'us' }],
  ])('a header of the virtual tool that is %s is refused', async (_, headers) => {
    const { gateway, reached } = build(server(MODERN))
    const answer = await gateway.handle(call(MODERN, 'narrow', { where: 'eu' }, headers))
    expect(answer).toMatchObject({ kind: 'error', error: { data: { code: 'header_mismatch' } } })
    expect(reached().filter(({ request }) => request.method === 'tools/call')).toEqual([])
  })

  test('what cannot be called by its own name cannot be called by another', async () => {
    const { gateway, reached } = build(server(MODERN, 7))
    const list = await gateway.handle(ask(MODERN, 'support', 'tools/list', {}))
    expect(list).toMatchObject({ result: { tools: [] } })
    const answer = await gateway.handle(call(MODERN, 'narrow', { where: 'eu' }, OWN))
    expect(answer).toMatchObject({ error: { data: { code: 'definition_unsupported' } } })
    expect(reached().filter(({ request }) => request.method === 'tools/call')).toEqual([])
  })
})

describe('what is recorded and decided', () => {
  test('the virtual tool is decided on; the record says what was sent', async () => {
    const { gateway, requests, records } = build(server(LEGACY))
    await gateway.handle(call(LEGACY, 'narrow', { where: 'us' }))
    expect(requests.at(-1)).toMatchObject({
      target: {
        server: 'support',
        name: 'narrow',
        of: { server: 'crm', name: 'run' },
        classification: { effects: ['read'], source: 'catalog' },
      },
      arguments: { where: 'us' },
    })
    expect(records.find(({ kind }) => kind === 'intent')).toMatchObject({
      server: 'support',
      target: 'narrow',
      forwarded: { server: 'crm', target: 'run', arguments: { region: 'us', sql: 'S' } },
    })
  })

  test('the classes of one that has none of its own are those of the original', async () => {
    const tools = { run: { effects: ['pay'], risk: 'low' } }
    const { gateway, requests } = build(server(LEGACY), { tools })
    await gateway.handle(call(LEGACY, 'same', { sql: 'S' }))
    expect(requests.at(-1)?.target.classification).toMatchObject({
      effects: ['pay'],
      source: 'catalog',
    })
  })
})

test('what the protocol does not define stays behind', async () => {
  const { gateway, reached } = build(server(LEGACY))
  const more = {
    sql: 'X',
    _meta: { progressToken: 1, 'vendor/sql': 'X', traceparent: '00-a-b-01' },
  }
  await gateway.handle(call(LEGACY, 'narrow', { where: 'us' }, {}, more))
  expect(reached().at(-1)?.request.params).toEqual({
    name: 'run',
    arguments: { region: 'us', sql: 'S' },
    _meta: { progressToken: 1, traceparent: '00-a-b-01' },
  })
})

describe('a virtual server', () => {
  test.each([
    'prompts/list',
    'resources/list',
    'resources/read',
    'prompts/get',
    'completion/complete',
  ])('has no %s', async (method) => {
    const { gateway, reached } = build(server(LEGACY))
    const answer = await gateway.handle(ask(LEGACY, 'support', method, { uri: 'a:b', name: 'x' }))
    expect(answer).toMatchObject({ error: { data: { code: 'method_unknown' } } })
    expect(reached()).toEqual([])
  })

  test('has no prompts under one roof either', async () => {
    const { gateway } = build(server(LEGACY))
    const answer = await gateway.handle(ask(LEGACY, 'all', 'prompts/get', { name: 'support__x' }))
    expect(answer).toMatchObject({
      error: { message: 'no prompt `support__x`', data: { code: 'prompt_unknown' } },
    })
  })

  test('tells of its tools, and not of what else is behind it', async () => {
    const { gateway, opened } = build(server(LEGACY))
    const asked = ask(LEGACY, 'support', 'tools/list')
    await gateway.handle(asked)
    const [link] = opened
    for (const method of [
      'prompts/list_changed',
      'resources/list_changed',
      'resources/updated',
      'tools/list_changed',
    ])
      if (link) tell(link, `notifications/${method}`, { uri: 'a:b' })
    const { sent } = asked.conversation as typeof asked.conversation & {
      sent: { method: string }[]
    }
    expect(sent.map(({ method }) => method)).toEqual(['notifications/tools/list_changed'])
  })

  test('does not name the server behind it when that does not answer', async () => {
    const { gateway } = build({
      ...server(LEGACY),
      logic: () => undefined,
      down: () => new Error('gone') as never,
    })
    const answer = await gateway.handle(ask(LEGACY, 'support', 'tools/list'))
    expect(JSON.stringify(answer)).toContain('"server":"support"')
    expect(JSON.stringify(answer)).not.toContain('crm')
  })

  test('has no tool of a server that is disabled', async () => {
    const { gateway, reached } = build(server(LEGACY), { enabled: false })
    const answer = await gateway.handle(call(LEGACY, 'narrow', { where: 'us' }))
    expect(answer).toMatchObject({
      error: { message: 'no tool `narrow`', data: { code: 'tool_unknown' } },
    })
    expect(await gateway.handle(ask(LEGACY, 'support', 'tools/list'))).toMatchObject({
      result: { tools: [] },
    })
    expect(reached()).toEqual([])
  })
})

test('what is wrong is said with its path', () => {
  const tools = { bad: { of: 'crm:run', description: 'D.', with: { sql: $('x') } } }
  const servers = { crm: { transport: 'http', url: 'http://server.example/mcp' } }
  const config = configFrom({ servers, virtual: { support: { tools } } }, '/etc', PLACES)
  expect(() => virtualTools(config, UNREAD)).toThrow(ConfigError)
  expect(() => virtualTools(config, UNREAD)).toThrow(
    'configuration: `virtual.support.tools.bad.with.sql`: no argument `x`',
  )
})
