import { connect } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { ERRORS } from '../kernel/errors.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../kernel/subject.ts'
import { type FakeGateway, fakeGateway } from './testing/fake-gateway.ts'
import { around, initialize, legacy, modern, post, start } from './testing/start.ts'

const LIST = modern('tools/list')

describe('who sends it', () => {
  test('no token: 401 with a bare challenge', async () => {
    const { url } = await start()
    const response = await fetch(`${url}/mcp`, { method: 'POST', body: '{' })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer token_missing')
    expect(await response.json()).toMatchObject({
      id: null,
      error: { data: { code: 'token_missing' } },
    })
  })

  test('a wrong token: 401 that says so', async () => {
    const { url } = await start()
    const response = await post(`${url}/mcp`, LIST.body, {
      ...LIST.headers,
      authorization: 'Bearer x',
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer token_invalid')
  })

  test.each(['GET', 'DELETE', 'PUT'])('%s needs a token too', async (method) => {
    const { url } = await start()
    expect((await fetch(`${url}/mcp`, { method })).status).toBe(401)
  })

  test('authentication that breaks lets nobody in, and tells nobody why', async () => {
    const { url, log } = await start({
      around: around(() => {
        throw new Error('the key is 12345')
      }),
    })
    const response = await post(`${url}/mcp`, LIST.body, LIST.headers)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('12345')
    expect(log.join()).toContain('12345')
  })

  test('the body of a stranger is not read', async () => {
    const { url } = await start({ limits: { maxBody: 10 } })
    const response = await fetch(`${url}/mcp`, { method: 'POST', body: 'x'.repeat(100) })
    expect(response.status).toBe(401)
  })
})

describe('a session', () => {
  test('of one client is of no use to another client of the same user, which is told', async () => {
    const misuse: SecurityEvent[] = []
    const { url } = await start({ onMisuse: (event) => void misuse.push(event) })
    const session = await initialize(`${url}/mcp`)
    const other = { ...session, authorization: 'Bearer alice.stranger' }
    expect((await post(`${url}/mcp`, legacy('tools/list'), other)).status).toBe(404)
    expect((await post(`${url}/mcp`, legacy('tools/list'), session)).status).toBe(200)
    expect(misuse).toEqual([
      {
        event: 'session.misused',
        outcome: 'refused',
        subject: 'user:alice',
        client: 'stranger',
        target: expect.stringMatching(/^[0-9a-f]{16}$/),
        detail: { owner: 'user:alice', ownerClient: OPERATOR_AUTHORIZATION.client },
      },
    ])
    expect(JSON.stringify(misuse)).not.toContain(session['mcp-session-id'])
  })

  test('ids that never were are nobody to tell about', async () => {
    const misuse: SecurityEvent[] = []
    const { url } = await start({ onMisuse: (event) => void misuse.push(event) })
    const session = { ...(await initialize(`${url}/mcp`)), 'mcp-session-id': 'guess' }
    expect((await post(`${url}/mcp`, legacy('tools/list'), session)).status).toBe(404)
    expect(misuse).toEqual([])
  })
})

describe('an authorization that is void', () => {
  const revoked = { kind: 'user', id: 'alice', at: 0 } as const

  test('ends the calls in flight of its subject, and no others', async () => {
    const stuck = fakeGateway({ stuck: ({ cancelled }) => until(cancelled) })
    const { url, gateway, drop } = await start({ gateway: stuck })
    const call = modern('tools/call', { name: 'stuck' })
    const answers = ['alice', 'bob'].map((name) =>
      post(`${url}/mcp`, call.body, { ...call.headers, authorization: `Bearer ${name}` }),
    )
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(2))
    drop(revoked)
    const [alice, bob] = gateway.exchanges.toSorted((a, b) =>
      a.sender.subject.id.localeCompare(b.sender.subject.id),
    )
    expect(alice?.cancelled.aborted).toBe(true)
    expect(bob?.cancelled.aborted).toBe(false)
    drop({ ...revoked, id: 'bob' })
    await Promise.all(answers)
  })

  test('ends sessions and their streams', async () => {
    const { url, drop } = await start()
    const session = await initialize(`${url}/mcp`)
    const stream = await fetch(`${url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream' },
    })
    drop(revoked)
    await stream.text()
    expect((await post(`${url}/mcp`, legacy('tools/list'), session)).status).toBe(404)
  })

  test('ends the stream that it opened, of a session that goes on with another', async () => {
    const { url, drop } = await start({
      around: around(({ authorization = '' }) => ({
        subject: { kind: 'user', id: 'ann' as SubjectId, via: 'login', groups: [], actors: [] },
        authorization: { ...OPERATOR_AUTHORIZATION, grant: authorization },
      })),
    })
    const session = await initialize(`${url}/mcp`)
    const stream = await fetch(`${url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream' },
    })
    const newer = { ...session, authorization: 'Bearer bob' }
    expect((await post(`${url}/mcp`, legacy('tools/list'), newer)).status).toBe(200)
    drop({ kind: 'grant', id: String(session['authorization']), at: 0 })
    await stream.text()
    expect((await post(`${url}/mcp`, legacy('tools/list'), newer)).status).toBe(200)
  })

  test('ends what an agent does for somebody else', async () => {
    const bot = 'bot' as SubjectId
    const { url, gateway, drop } = await start({
      gateway: fakeGateway({ stuck: ({ cancelled }) => until(cancelled) }),
      around: around(() => ({
        subject: {
          kind: 'user',
          id: 'ann' as SubjectId,
          via: 'token-exchange',
          groups: [],
          actors: [bot],
        },
        authorization: OPERATOR_AUTHORIZATION,
      })),
    })
    const call = modern('tools/call', { name: 'stuck' })
    const answer = post(`${url}/mcp`, call.body, call.headers)
    await vi.waitFor(() => expect(gateway.exchanges).toHaveLength(1))
    drop({ kind: 'agent', id: 'bot', at: 0 })
    expect(gateway.exchanges[0]?.cancelled.aborted).toBe(true)
    await answer
  })
})

describe('no stream outlives its token', () => {
  const soon = around(() => ({
    subject: { kind: 'user', id: 'ann' as SubjectId, via: 'login', groups: [], actors: [] },
    authorization: { ...OPERATOR_AUTHORIZATION, expires: Date.now() + 300 },
  }))

  test('a subscription', async () => {
    const { url, gateway } = await start({ around: soon })
    const listen = modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
    const stream = await post(`${url}/mcp`, listen.body, listen.headers)
    await stream.text()
    expect(gateway.exchanges[0]?.cancelled.aborted).toBe(true)
  })

  test('a stream of a session', async () => {
    const { url } = await start({ around: soon })
    const session = await initialize(`${url}/mcp`)
    const stream = await fetch(`${url}/mcp`, {
      headers: { ...session, accept: 'text/event-stream' },
    })
    await expect(stream.text()).rejects.toThrow('terminated')
  })
})

describe('a token that does not allow the call', () => {
  const { rpc } = ERRORS.scope_insufficient
  const data = { code: 'scope_insufficient', scopes: ['read', 'files:write_file'] }
  const open = fakeGateway()
  const gateway: FakeGateway = {
    ...open,
    handle: async (exchange) =>
      exchange.request.method === 'tools/call'
        ? { kind: 'error', id: exchange.request.id, error: { code: rpc, message: 'more', data } }
        : open.handle(exchange),
  }

  test('is refused by the transport in both eras, with what to ask for', async () => {
    const { url } = await start({ gateway, around: around() })
    const call = modern('tools/call', { name: 'x' })
    const session = await initialize(`${url}/mcp`)
    const answers = [
      await post(`${url}/mcp`, call.body, call.headers),
      await post(`${url}/mcp`, legacy('tools/call', { name: 'x' }), session),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(403)
      expect(answer.headers.get('www-authenticate')).toContain('files:write_file')
      expect(await answer.json()).toMatchObject({ error: { code: rpc, data } })
    }
  })
})

test('both loopback addresses are ours, so that `localhost` is nobody else', async () => {
  const { port } = await start()
  for (const host of ['127.0.0.1', '::1']) {
    const socket = connect(port, host)
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.destroy()
  }
})

/** Resolves when a call is cancelled. */
function until(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('cancelled')))
}

test('a page that hides where it came from is for routes to judge, and no way to MCP', async () => {
  const { url } = await start({
    around: around(undefined, (path) =>
      path === '/page' ? (_, response) => void response.end('seen') : undefined,
    ),
  })
  const headers = { ...LIST.headers, origin: 'null' }
  expect(await (await fetch(`${url}/page`, { method: 'POST', headers })).text()).toBe('seen')
  expect((await post(`${url}/mcp`, LIST.body, headers)).status).toBe(403)
  const foreign = { ...headers, origin: 'https://elsewhere.example' }
  expect((await fetch(`${url}/page`, { method: 'POST', headers: foreign })).status).toBe(403)
})
