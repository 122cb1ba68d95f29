import { afterEach, describe, expect, test } from 'vitest'
import {
  type Answer,
  beginEvents,
  type Scripted,
  scriptedGateway,
  sendJson,
} from '../testing/scripted-gateway.ts'

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const result = (id: unknown, value = {}) => ({ jsonrpc: '2.0', id, result: value })
const request = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
const modern = (id: number, method: string, params: object = {}) =>
  request(id, method, { ...params, _meta: META })

let open: Scripted | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})
const start = async (answer: Answer): Promise<Scripted> => {
  open = await scriptedGateway(answer)
  return open
}
const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line))

describe('modern requests', () => {
  test('go out byte for byte, with the headers that repeat them and the credential', async () => {
    const gateway = await start((_, response) => sendJson(response, 200, result(1)))
    const text = ` { "jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"n":1.50},"name":"t","_meta":${JSON.stringify(META)}}}`
    await gateway.take(text)
    expect(gateway.seen).toMatchObject([
      {
        method: 'POST',
        path: '/mcp/s',
        body: text,
        headers: {
          authorization: expect.stringMatching(/^Bearer scripted$/),
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 't',
        },
      },
    ])
    expect(gateway.lines).toEqual([JSON.stringify(result(1))])
  })

  test('get their events as lines, in order, each on one line', async () => {
    const gateway = await start((_, response) => {
      beginEvents(response)
      response.write(
        'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n: hi\n\n',
      )
      response.end('data: {"jsonrpc":"2.0",\ndata: "id":1,"result":{}}\n\n')
    })
    await gateway.take(modern(1, 'tools/list'))
    expect(gateway.lines).toHaveLength(2)
    expect(gateway.lines.join('')).not.toContain('\n')
    expect(parsed(gateway.lines)).toMatchObject([{ method: 'notifications/progress' }, result(1)])
  })

  test('a cancelled one has its stream closed, and hears nothing more', async () => {
    let closed = false
    const gateway = await start((_, response) => {
      beginEvents(response)
      response.on('close', () => {
        closed = true
      })
    })
    const pending = gateway.take(modern(7, 'tools/call', { name: 't' }))
    await gateway.until(() => gateway.seen.length === 1)
    await gateway.take({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 7 },
    })
    await pending
    await gateway.until(() => closed)
    expect(gateway.seen).toHaveLength(1)
    expect(gateway.lines).toEqual([])
  })

  test('a call that lacks its headers is sent again with them, after the tools were listed', async () => {
    const tool = {
      name: 't',
      inputSchema: {
        type: 'object',
        properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      },
    }
    const gateway = await start((seen, response) => {
      const { id, method } = JSON.parse(seen.body)
      if (method === 'tools/list') return sendJson(response, 200, result(id, { tools: [tool] }))
      if (seen.headers['mcp-param-region'] === 'eu') return sendJson(response, 200, result(id))
      sendJson(response, 400, { jsonrpc: '2.0', id, error: { code: -32020, message: 'no header' } })
    })
    const call = modern(1, 'tools/call', { name: 't', arguments: { region: 'eu' } })
    await gateway.take(call)
    expect(parsed(gateway.lines)).toEqual([result(1)])
    await gateway.take({ ...call, id: 2 })
    expect(gateway.seen.map(({ body }) => JSON.parse(body).method)).toEqual([
      'tools/call',
      'tools/list',
      'tools/call',
      'tools/call',
    ])
  })

  test('a failure of HTTP, or a stream that breaks, is answered under the id of the request', async () => {
    const gateway = await start((seen, response) => {
      const { method } = JSON.parse(seen.body)
      if (method === 'a')
        return sendJson(response, 404, {
          jsonrpc: '2.0',
          id: null,
          error: { code: -31006, message: 'x' },
        })
      if (method === 'b') return void response.writeHead(503).end()
      beginEvents(response)
      response.write(': open\n\n', () => response.destroy())
    })
    for (const [id, method] of ['a', 'b', 'c'].entries()) await gateway.take(modern(id, method))
    expect(parsed(gateway.lines)).toMatchObject([
      { id: 0, error: { code: -31006, message: 'x' } },
      { id: 1, error: { message: 'the gateway answered with status 503' } },
      { id: 2, error: { message: 'the connection to the gateway broke before the answer' } },
    ])
  })
})

describe('what cannot be read', () => {
  test.each([
    ['no JSON', '{', -32700],
    ['a repeated key', '{"jsonrpc":"2.0","id":1,"id":2,"method":"x"}', -32700],
    ['a batch', '[]', -32600],
  ])('%s is answered and not forwarded', async (_, text, code) => {
    const gateway = await start((_seen, response) => sendJson(response, 200, result(1)))
    await gateway.take(text)
    expect(parsed(gateway.lines)).toMatchObject([{ id: null, error: { code } }])
    expect(gateway.seen).toEqual([])
  })

  test('a revision that nobody speaks is answered with those that are', async () => {
    const gateway = await start((_seen, response) => sendJson(response, 200, result(1)))
    const version = { ...META, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' }
    await gateway.take(request(1, 'server/discover', { _meta: version }))
    expect(parsed(gateway.lines)).toMatchObject([
      { id: 1, error: { code: -32022, data: { requested: '2099-01-01' } } },
    ])
  })
})

test('a credential that is not accepted ends the bridge', async () => {
  const gateway = await start((_, response) => void response.writeHead(401).end())
  await gateway.take(modern(1, 'tools/list'))
  expect(parsed(gateway.lines)).toMatchObject([{ id: 1, error: {} }])
  expect(gateway.failures).toMatchObject([{ exit: 'authentication' }])
})

describe('sessions', () => {
  const INITIALIZE = request(0, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'h', version: '1' },
  })
  const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' }

  /** Answers as the gateway does; `more` may take a request first. */
  const sessions = (more: Answer = () => undefined): Answer => {
    let minted = 0
    const post: Answer = (seen, response) => {
      const { id, method } = JSON.parse(seen.body)
      if (id === undefined || method === undefined) return void response.writeHead(202).end()
      if (method !== 'initialize')
        return sendJson(response, 200, result(id, { session: seen.headers['mcp-session-id'] }))
      minted += 1
      const agreed = result(id, { protocolVersion: '2025-11-25', capabilities: {} })
      sendJson(response, 200, agreed, { 'mcp-session-id': `s${minted}` })
    }
    return (seen, response) => {
      more(seen, response)
      if (response.headersSent) return
      if (seen.method === 'GET') beginEvents(response)
      else if (seen.method === 'DELETE') response.writeHead(204).end()
      else post(seen, response)
    }
  }

  test('are kept: their id and revision go with every message, DELETE ends them', async () => {
    const gateway = await start(sessions())
    // None waits for another, as a host that writes all at once.
    await Promise.all([INITIALIZE, INITIALIZED, request(1, 'tools/list')].map(gateway.take))
    await gateway.until(() => gateway.seen.some(({ method }) => method === 'GET'))
    await gateway.bridge.end()
    await gateway.until(() => gateway.seen.some(({ method }) => method === 'DELETE'))
    expect(gateway.seen[0]?.headers['mcp-session-id']).toBeUndefined()
    expect(gateway.seen.slice(0, 2).map(({ body }) => JSON.parse(body).method)).toEqual([
      'initialize',
      'notifications/initialized',
    ])
    for (const { headers } of gateway.seen.slice(1))
      expect(headers).toMatchObject({
        'mcp-session-id': 's1',
        'mcp-protocol-version': '2025-11-25',
      })
    expect(parsed(gateway.lines)).toMatchObject([{ id: 0 }, result(1, { session: 's1' })])
  })

  test('requests of the server come on the stream, and their answers go back', async () => {
    const ask = request(5, 'roots/list')
    const gateway = await start(
      sessions((seen, response) => {
        if (seen.method !== 'GET') return
        beginEvents(response)
        response.write(`data: ${JSON.stringify(ask)}\n\n`)
      }),
    )
    await gateway.take(INITIALIZE)
    await gateway.take(INITIALIZED)
    await gateway.until(() => gateway.lines.length === 2)
    expect(JSON.parse(gateway.lines[1] ?? '')).toEqual(ask)
    await gateway.take(result(5, { roots: [] }))
    expect(gateway.seen.at(-1)).toMatchObject({
      method: 'POST',
      body: JSON.stringify(result(5, { roots: [] })),
    })
  })

  test('one that the gateway has forgotten is begun again, unseen by the host', async () => {
    let forgotten = false
    const gateway = await start(
      sessions((seen, response) => {
        if (forgotten && seen.headers['mcp-session-id'] === 's1')
          sendJson(response, 404, {
            jsonrpc: '2.0',
            id: null,
            error: { code: -31005, message: 'x' },
          })
      }),
    )
    await gateway.take(INITIALIZE)
    await gateway.take(INITIALIZED)
    forgotten = true
    await Promise.all([gateway.take(request(1, 'a')), gateway.take(request(2, 'b'))])
    expect(parsed(gateway.lines).slice(1)).toEqual(
      expect.arrayContaining([result(1, { session: 's2' }), result(2, { session: 's2' })]),
    )
    expect(gateway.lines).toHaveLength(3)
    expect(gateway.talk).toEqual(['the gateway has forgotten the session; beginning it again'])
  })

  test('an answer whose stream breaks is taken up where it broke', async () => {
    const gateway = await start(
      sessions((seen, response) => {
        if (seen.method === 'GET' && seen.headers['last-event-id'] === 'e1') {
          beginEvents(response)
          return void response.end(`id: e2\ndata: ${JSON.stringify(result(1))}\n\n`)
        }
        if (seen.method !== 'POST' || JSON.parse(seen.body).id !== 1) return
        beginEvents(response)
        const event =
          'id: e1\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n'
        response.write(event, () => response.destroy())
      }),
    )
    await gateway.take(INITIALIZE)
    await gateway.take(request(1, 'tools/call'))
    expect(parsed(gateway.lines).slice(1)).toMatchObject([
      { method: 'notifications/message' },
      result(1),
    ])
  })
})
