import { join } from 'node:path'
import type { VersionNegotiationMode } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { bailiwick, type RunningGateway } from './support/gateway.ts'
import { signInToConnect } from './support/owner.ts'
import type { CrmDatabase } from './virtual/database.ts'
import { $, connect, names, outcome, over, startWorld, type VirtualWorld } from './virtual/world.ts'

let world: VirtualWorld
let database: CrmDatabase
let gateway: RunningGateway

beforeAll(async () => {
  world = await startWorld()
  database = world.database
  gateway = world.gateway
}, 60_000)

afterAll(() => world?.stop())

const ERAS: readonly (readonly [string, VersionNegotiationMode])[] = [
  ['modern', { pin: '2026-07-28' }],
  ['legacy', 'legacy'],
]
const ENDPOINTS = [
  ['/mcp/support', ''],
  ['/mcp', 'support__'],
] as const
const WAYS = ERAS.flatMap(([era, mode]) =>
  ENDPOINTS.map(([path, prefix]) => ({ era, mode, path, prefix })),
)

describe.each(WAYS)('a $era client at $path', ({ mode, path, prefix }) => {
  test('sees the narrowed tools, and nothing of what is behind them', async () => {
    const client = await connect(gateway, path, mode)
    const found = await names(client)
    expect(found.filter((name) => !name.startsWith('ops__'))).toEqual(
      ['get_customer_ticket_status', 'find_ticket', 'in_the_attic', 'lookup', 'redefine'].map(
        (name) => `${prefix}${name}`,
      ),
    )
  })

  test('gets the answer of the narrowed tool', async () => {
    const client = await connect(gateway, path, mode)
    const status = `${prefix}get_customer_ticket_status`
    expect(await outcome(client, status, { ticket_id: 2 })).toBe('[{"status":"closed"}]')
    expect(await outcome(client, `${prefix}lookup`, { id: 4 })).toBe('customer 4')
    const find = `${prefix}find_ticket`
    expect(await outcome(client, find, { subject: `O'Brien's key` })).toBe('[{"id":2}]')
    expect(await outcome(client, find, { subject: 'c:\\x' })).toBe('[{"id":3}]')
  })

  test.each([
    ['another argument', { ticket_id: 1, sql: 'SELECT word FROM secret' }],
    ['the arguments of the original', { sql: 'SELECT word FROM secret', database: 'main' }],
    ['text for a number', { ticket_id: '1 OR true' }],
    ['a list for a number', { ticket_id: [1] }],
    ['a map for a number', { ticket_id: { sql: 'SELECT 1' } }],
    ['a fraction', { ticket_id: 1.5 }],
    ['a number below the least', { ticket_id: 0 }],
    ['nothing for a number', { ticket_id: null }],
    ['nothing', {}],
    ['a member of the prototype', JSON.parse('{"ticket_id":1,"__proto__":{"sql":"x"}}')],
  ])('is refused %s', async (_, args) => {
    const client = await connect(gateway, path, mode)
    await database.statements()
    const said = await outcome(client, `${prefix}get_customer_ticket_status`, args)
    expect(said).toMatch(/^refused: (Invalid arguments: |.*the member name `__proto__`)/)
    expect(await database.statements()).toEqual([])
  })

  test('is refused values that the tool behind does not take', async () => {
    const client = await connect(gateway, path, mode)
    await database.statements()
    expect(await outcome(client, `${prefix}in_the_attic`, { database: 'attic' })).toMatch(
      /Invalid arguments: cannot be passed on/,
    )
    expect(await database.statements()).toEqual([])
    expect(await outcome(client, `${prefix}in_the_attic`, { database: 'archive' })).toContain('1')
  })

  const other = path === '/mcp' ? ['crm__run_sql_query', 'shell__run_command'] : []
  test.each([
    ...other,
    `${prefix}run_sql_query`,
    `${prefix}crm:run_sql_query`,
    `${prefix}nothing`,
    'run_sql_query',
    `${prefix}__proto__`,
  ])('cannot call %s', async (name) => {
    const client = await connect(gateway, path, mode)
    await database.statements()
    const said = await outcome(client, name, { sql: 'SELECT word FROM secret', command: 'id' })
    expect(said).toMatch(/^refused: /)
    expect(said).not.toContain('hunter2')
    expect(await database.statements()).toEqual([])
  })
})

/** Each tries to be more than a value. */
const INJECTIONS = [
  `' OR '1'='1`,
  `'; DROP TABLE ticket; --`,
  `' UNION SELECT word FROM secret --`,
  `\\'; DELETE FROM ticket; --`,
  `$$; DROP TABLE ticket; $$`,
  `Mouse' /* */ AND 1=1 --`,
  `E'\\047 OR true`,
  `' || (SELECT word FROM secret) || '`,
  `x'\nOR\ttrue --`,
  `\u02bc OR 1=1`,
  `＇ OR 1=1 --`,
  `'' OR true`,
  `${$('subject')}`,
  ':subject $1 ? %s',
  `'`.repeat(200),
]

test('what is meant as SQL stays a value: the database sees one shape alone', async () => {
  const client = await connect(gateway, '/mcp/support', { pin: '2026-07-28' })
  const before = await database.state()
  await database.statements()
  for (const subject of INJECTIONS)
    expect(await outcome(client, 'find_ticket', { subject }), subject).toBe('[]')
  const statements = await database.statements()
  expect(statements).toHaveLength(INJECTIONS.length)
  for (const [index, statement] of statements.entries()) {
    const [, literal] =
      /^SELECT id FROM ticket WHERE subject = (E?'(?:[^']|'')*') LIMIT 5$/s.exec(statement) ?? []
    expect(literal, statement).toBeDefined()
    expect(valueOfLiteral(String(literal))).toBe(INJECTIONS[index])
  }
  expect(await database.state()).toEqual(before)
})

/** The value of a PostgreSQL string constant, plain or with escapes (PostgreSQL 4.1.2). */
function valueOfLiteral(literal: string): string {
  const escaped = literal.startsWith('E')
  const inner = literal.slice(escaped ? 2 : 1, -1).replaceAll("''", "'")
  return escaped ? inner.replaceAll('\\\\', '\\') : inner
}

test('a value that is too long is refused', async () => {
  const client = await connect(gateway, '/mcp/support', { pin: '2026-07-28' })
  await database.statements()
  const said = await outcome(client, 'find_ticket', { subject: 'x'.repeat(100_000) })
  expect(said).toMatch(/Invalid arguments: \/subject /)
  const huge = await outcome(client, 'get_customer_ticket_status', { ticket_id: 1e300 })
  // An integer by JSON Schema; the database says that it has none so large.
  expect(huge).toMatch(/^(refused: .*|\[\])$/)
  const shape = /^SELECT status FROM ticket WHERE id = [\d.e+()]+ LIMIT 1$/
  for (const statement of await database.statements()) expect(statement).toMatch(shape)
})

describe('the original', () => {
  test.each(ERAS)('is not there for a %s client', async (_, mode) => {
    const client = await connect(gateway, '/mcp/crm', mode)
    expect(await names(client)).toEqual([])
    await database.statements()
    const said = await outcome(client, 'run_sql_query', { sql: 'SELECT word FROM secret' })
    expect(said).toMatch(/refused: /)
    expect(said).not.toContain('hunter2')
    expect(await database.statements()).toEqual([])
  })
})

describe('over HTTP, by hand', () => {
  const META = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'hand', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  }

  async function post(path: string, name: string, header: string, more: object = {}) {
    const params = { name, arguments: { ticket_id: 1 }, _meta: META, ...more }
    const response = await fetch(`${gateway.origin}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${gateway.token(path)}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/call',
        'Mcp-Name': header,
        'Mcp-Param-Sql': 'SELECT word FROM secret',
        'Mcp-Param-Ticket-Id': '2',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    })
    return { status: response.status, body: await response.text() }
  }

  test('a header names no other tool', async () => {
    await database.statements()
    const other = await post('/mcp/support', 'get_customer_ticket_status', 'run_sql_query')
    expect(other.status).toBe(400)
    const reverse = await post('/mcp/support', 'run_sql_query', 'get_customer_ticket_status')
    expect(reverse.status).toBe(400)
    expect(await database.statements()).toEqual([])
  })

  test('headers of no argument, and members that nobody defined, reach nothing', async () => {
    await database.statements()
    const own = 'get_customer_ticket_status'
    const more = { sql: 'SELECT word FROM secret', _meta: { ...META, sql: 'SELECT 1' } }
    const { body } = await post('/mcp/support', own, own, more)
    expect(body).toContain('open')
    expect(await database.statements()).toEqual(['SELECT status FROM ticket WHERE id = 1 LIMIT 1'])
  })
})

describe('what the server is', () => {
  test.each(ERAS)('it speaks for itself to a %s client', async (_, mode) => {
    const client = await connect(gateway, '/mcp/support', mode)
    expect(client.getServerVersion()).toMatchObject({ name: 'support' })
    expect(client.getInstructions()).toBe('Ask about tickets.')
    expect(Object.keys(client.getServerCapabilities() ?? {}).sort()).toEqual(['logging', 'tools'])
  })

  test('a tool has its own definition, and what stays true of the original', async () => {
    const client = await connect(gateway, '/mcp/support', 'legacy')
    const { tools } = await client.listTools()
    expect(tools[0]).toEqual({
      name: 'get_customer_ticket_status',
      title: 'Ticket status',
      description: 'Status of one ticket.',
      inputSchema: {
        type: 'object',
        properties: { ticket_id: { type: 'integer', minimum: 1 } },
        required: ['ticket_id'],
        additionalProperties: false,
      },
      outputSchema: { type: 'object', properties: { rows: { type: 'array' } }, required: ['rows'] },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
    })
  })

  test.each(ERAS)('progress reaches a %s client', async (_, mode) => {
    const client = await connect(gateway, '/mcp/support', mode)
    const onprogress = vi.fn()
    await client.callTool({ name: 'lookup', arguments: { id: 1 } }, { onprogress })
    expect(onprogress).toHaveBeenCalledWith(expect.objectContaining({ progress: 1 }))
  })

  test.each(ERAS)('a %s client hears that the tools behind it changed', async (_, mode) => {
    const client = await connect(gateway, '/mcp/support', mode)
    const changed = vi.fn()
    client.setNotificationHandler('notifications/tools/list_changed', changed)
    if (client.getProtocolEra() === 'modern') await client.listen({ toolsListChanged: true })
    await client.listTools()
    expect(await outcome(client, 'redefine', {})).toBe('redefined')
    await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { timeout: 15_000 })
    const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' })
    // What it rests on is not what was approved: it is gone until a person looks at it.
    expect(tools.map(({ name }) => name)).not.toContain('lookup')
    expect(tools).not.toEqual([])
  })

  test('hosts that speak stdio reach it by `connect`', async () => {
    await signInToConnect(gateway, ['support'])
    const args = bailiwick('connect', 'support', '--data-dir', gateway.dataDir)
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...args, '--config', join(gateway.dataDir, 'bailiwick.yaml')],
      stderr: 'ignore',
    })
    const client = await over(transport, 'legacy')
    expect(await outcome(client, 'get_customer_ticket_status', { ticket_id: 3 })).toBe(
      '[{"status":"held"}]',
    )
  }, 60_000)
})

describe('one approved script', () => {
  test('runs with the arguments that it was given, each one word', async () => {
    const client = await connect(gateway, '/mcp/ops', { pin: '2026-07-28' })
    expect(await names(client)).toEqual(['deploy'])
    const said = await outcome(client, 'deploy', { env: 'staging', note: 'all is well' })
    expect(said).toBe('3|--env|staging|--note=all is well|')
    expect(await outcome(client, 'deploy', { env: 'production' })).toBe(
      '3|--env|production|--note=|',
    )
  })

  test('runs nothing else', async () => {
    const client = await connect(gateway, '/mcp/ops', { pin: '2026-07-28' })
    for (const attack of [
      `'; touch ${world.out}/a; '`,
      `$(touch ${world.out}/b)`,
      `\`touch ${world.out}/c\``,
      `x\ntouch ${world.out}/d\n`,
      `& touch ${world.out}/e`,
      `> ${world.out}/f`,
      `\\'; touch ${world.out}/g; #`,
    ]) {
      const said = await outcome(client, 'deploy', { env: 'staging', note: attack })
      expect(said).toBe(`3|--env|staging|--note=${attack}|`)
      expect(await outcome(client, 'deploy', { env: attack })).toMatch(/Invalid arguments/)
    }
    const direct = { command: `touch ${world.out}/h` }
    expect(await outcome(client, 'run_command', direct)).toMatch(/^refused/)
    expect(await outcome(client, 'deploy', { env: 'staging', ...direct })).toMatch(/Invalid/)
    expect(world.touched()).toEqual([])
  })
})
