import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { RequestAuthorizer, UpstreamRefusal } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { LinkOptions, ServerTransport } from './link.ts'
import { beginStream, handmade, type Received, sendJson } from './testing/hostile.ts'
import { callTool, openTestLink, until } from './testing/kit.ts'

type Way = 'modern' | 'legacy' | 'sse'

interface Seen {
  /** Method of HTTP, then of MCP. */
  readonly what: string
  readonly headers: IncomingHttpHeaders
}

/** A server of each transport that lets in who passes `door`; others are answered there. */
async function guarded(
  way: Way,
  door: (headers: IncomingHttpHeaders, response: ServerResponse, what: string) => boolean,
): Promise<{ readonly transport: ServerTransport; readonly seen: Seen[] }> {
  const seen: Seen[] = []
  let stream: ServerResponse | undefined
  const claims = { capabilities: {}, serverInfo: {} }
  const resultOf = ({ method }: Received) => {
    if (method === 'initialize') return { ...claims, protocolVersion: '2025-03-26' }
    if (method === 'server/discover') return { ...claims, supportedVersions: ['2026-07-28'] }
    return { content: [] }
  }
  const post = (received: Received, response: ServerResponse): void => {
    if (received.id === undefined) response.writeHead(202).end()
    else if (way === 'sse') {
      response.writeHead(202).end()
      const answer = { jsonrpc: '2.0', id: received.id, result: resultOf(received) }
      stream?.write(`event: message\ndata: ${JSON.stringify(answer)}\n\n`)
    } else {
      if (received.method === 'initialize') response.setHeader('Mcp-Session-Id', 's-1')
      sendJson(response, received.id, resultOf(received))
    }
  }
  const listen = (response: ServerResponse): void => {
    beginStream(response)
    stream = response
    if (way === 'sse') response.write('event: endpoint\ndata: /post\n\n')
  }
  const { kind: _, ...transport } = await handmade((received, response) => {
    const { method = '', headers } = received.request
    const what = `${method} ${method === 'POST' ? received.method : ''}`.trim()
    seen.push({ what, headers })
    if (!door(headers, response, what)) return
    if (method === 'DELETE') response.writeHead(204).end()
    else if (method === 'GET') listen(response)
    else post(received, response)
  })
  return {
    seen,
    transport: { ...transport, kind: way === 'sse' ? 'sse' : 'http' } as ServerTransport,
  }
}

function open(way: Way, transport: ServerTransport, options: Partial<LinkOptions>) {
  return openTestLink(transport, { revision: way === 'modern' ? 'auto' : 'legacy', ...options })
}

/** Shows what is given; `again` says whether a refused request is sent once more. */
function authorizer(
  headers: () => readonly string[] | Promise<readonly string[]>,
  again: (refusal: UpstreamRefusal) => boolean | Promise<boolean> = () => false,
) {
  const refusals: UpstreamRefusal[] = []
  const heard: string[] = []
  const it: RequestAuthorizer = {
    headers,
    refused: async (refusal) => {
      refusals.push(refusal)
      return again(refusal)
    },
    heard: (nonce) => heard.push(nonce),
  }
  return { it, refusals, heard }
}

const WAYS: readonly Way[] = ['modern', 'legacy', 'sse']

describe.each(WAYS)('over %s', (way) => {
  test('every request shows what it is given, in the place of what the operator wrote', async () => {
    let count = 0
    const { transport, seen } = await guarded(way, () => true)
    const shown = authorizer(async () => ['Authorization', `Bearer t-${++count}`])
    const { link } = await open(
      way,
      { ...transport, headers: { authorization: 'Bearer old', 'x-a': 'b' } } as ServerTransport,
      { authorizer: shown.it },
    )
    await callTool(link, 'x')
    if (way === 'legacy') await until(() => seen.some(({ what }) => what === 'GET'))
    await link.close()
    const tokens = seen.map(({ headers }) => headers.authorization)
    expect(tokens).toEqual(tokens.map(() => expect.stringMatching(/^Bearer t-\d+$/)))
    expect(new Set(tokens).size).toBe(seen.length)
    expect(seen.every(({ headers }) => headers['x-a'] === 'b')).toBe(true)
    const kinds = new Set(seen.map(({ what }) => what.split(' ')[0]))
    expect([...kinds].sort()).toEqual(
      { modern: ['POST'], legacy: ['DELETE', 'GET', 'POST'], sse: ['GET', 'POST'] }[way],
    )
  })

  test('what is refused is sent again with new headers, each kind of request', async () => {
    let token = 0
    const known = new Set<string>()
    const { transport, seen } = await guarded(way, (_, response, what) => {
      if (known.has(what)) return true
      known.add(what)
      const challenges = ['Bearer error="invalid_token"', 'DPoP algs="ES256"']
      response.writeHead(401, { 'WWW-Authenticate': challenges, 'DPoP-Nonce': 'n-1' }).end()
      return false
    })
    const { it, refusals } = authorizer(
      () => ['Authorization', `Bearer ${++token}`, 'DPoP', 'proof'],
      () => true,
    )
    const { link } = await open(way, transport, { authorizer: it })
    expect(await callTool(link, 'x')).toMatchObject({ kind: 'result' })
    if (way !== 'modern')
      await link.notify({ kind: 'notification', method: 'a', params: undefined })
    if (way === 'legacy') await until(() => refusals.some(({ method }) => method === 'GET'))
    await link.close()
    expect(refusals).toHaveLength(known.size)
    expect(new Set(seen.map(({ headers }) => headers.authorization)).size).toBe(seen.length)
    for (const what of known) expect(seen.filter((one) => one.what === what)).toHaveLength(2)
    expect(refusals[0]).toEqual({
      method: way === 'sse' ? 'GET' : 'POST',
      url: (transport as { url: string }).url,
      status: 401,
      challenges: ['Bearer error="invalid_token"', 'DPoP algs="ES256"'],
      nonce: 'n-1',
      sent: ['Authorization', expect.stringMatching(/^Bearer \d+$/), 'DPoP', 'proof'],
      attempts: 0,
    })
  })

  test('one request is sent three times at most', async () => {
    let closed = false
    const { transport, seen } = await guarded(way, (_headers, response, what) => {
      if (!closed || what !== 'POST tools/call') return true
      response.writeHead(403).end()
      return false
    })
    const { it, refusals } = authorizer(
      () => ['Authorization', 'Bearer t'],
      () => true,
    )
    const { link } = await open(way, transport, { authorizer: it })
    closed = true
    await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_unauthorized' })
    expect(seen.filter(({ what }) => what === 'POST tools/call')).toHaveLength(3)
    expect(refusals.map(({ attempts }) => attempts)).toEqual([0, 1, 2])
  })

  test.each(['connection_required', 'credential_unavailable'] as const)(
    '%s reaches who asks as it is, at opening, in a call and after a refusal',
    async (code) => {
      const error = new GatewayError(code, 'connect first', { data: { connect: 'link' } })
      const { transport, seen } = await guarded(way, ({ authorization }, response) => {
        if (authorization === 'Bearer good') return true
        response.writeHead(401).end()
        return false
      })
      const never = authorizer(() => Promise.reject(error))
      await expect(open(way, transport, { authorizer: never.it })).rejects.toBe(error)
      const atOnce = authorizer(() => {
        throw error
      })
      await expect(open(way, transport, { authorizer: atOnce.it })).rejects.toBe(error)
      expect(seen).toEqual([])
      const refusing = authorizer(
        () => ['Authorization', 'Bearer bad'],
        () => Promise.reject(error),
      )
      await expect(open(way, transport, { authorizer: refusing.it })).rejects.toBe(error)
      let good = true
      const later = authorizer(() => {
        if (good) return ['Authorization', 'Bearer good']
        throw error
      })
      const { link } = await open(way, transport, { authorizer: later.it })
      good = false
      await expect(callTool(link, 'x')).rejects.toBe(error)
    },
  )

  test('a call that is given up before there are headers is not sent', async () => {
    const { transport, seen } = await guarded(way, () => true)
    const gate = Promise.withResolvers<readonly string[]>()
    let wait = false
    const { it } = authorizer(() => (wait ? gate.promise : []))
    const { link } = await open(way, transport, { authorizer: it })
    if (way === 'legacy') await until(() => seen.some(({ what }) => what === 'GET'))
    wait = true
    const controller = new AbortController()
    const call = callTool(link, 'x', {}, { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    wait = false
    gate.resolve([])
    if (way !== 'sse') {
      // One that was sent all the same would be there before the second of these.
      await callTool(link, 'y')
      await callTool(link, 'z')
      const calls = seen.filter(({ what }) => what === 'POST tools/call')
      expect(calls).toHaveLength(2)
    }
  })
})

describe('what is not shown', () => {
  test.each([
    [['Authorization', 'Bearer a\r\nX: b']],
    [['Authorization', 'Bearer \u0007']],
    [['Authorization', 'ü']],
    [['Authorization', '']],
    [['Authorization']],
    [['Authorization', 'a', 'authorization', 'b']],
    [['Host', 'evil.example']],
    [['Mcp-Session-Id', 'a']],
    [['Content-Length', '1']],
    [['Proxy-Authorization', 'a']],
    [['x-not-named', 'a']],
    [['sk-secret value', 'a']],
  ])('%j', async (headers) => {
    const { transport, seen } = await guarded('modern', () => true)
    const it = { ...authorizer(() => headers).it, names: ['host', 'mcp-session-id'] }
    const failure = await open('modern', transport, { authorizer: it }).catch((error) => error)
    expect(failure).toMatchObject({ code: 'credential_unavailable' })
    expect(`${failure.message} ${failure.detail}`).not.toMatch(/Bearer|sk-secret|evil|ü/)
    expect(seen).toEqual([])
  })

  test('headers that the operator named are', async () => {
    const { transport, seen } = await guarded('modern', () => true)
    const it = { ...authorizer(() => ['X-Api-Key', 'k']).it, names: ['x-api-key'] }
    await open('modern', transport, { authorizer: it })
    expect(seen[0]?.headers['x-api-key']).toBe('k')
  })
})

test.each<[string, (response: ServerResponse) => void]>([
  ['encoded', (to) => to.writeHead(401, { 'content-encoding': 'br' }).end('x')],
  ['too long', (to) => to.writeHead(401).end('x'.repeat(2_000_000))],
  ['never over', (to) => void to.writeHead(401).write('x')],
  ['a stream', (to) => void to.writeHead(401, { 'content-type': 'text/event-stream' }).write('x')],
])('a refusal is heard whatever its body is: %s', async (_, refuse) => {
  const { transport } = await guarded('modern', ({ authorization }, response) => {
    if (authorization === 'Bearer new') return true
    refuse(response)
    return false
  })
  let token = 'old'
  const { it } = authorizer(
    () => ['Authorization', `Bearer ${token}`],
    () => {
      token = 'new'
      return true
    },
  )
  const { link } = await open('modern', transport, { authorizer: it })
  expect(await callTool(link, 'x')).toMatchObject({ kind: 'result' })
})

test('nonces of answers are heard, and nothing that is none', async () => {
  let nonce: string | string[] = 'n-2'
  const { transport } = await guarded('modern', (_, response) => {
    response.setHeader('DPoP-Nonce', nonce)
    return true
  })
  const { it, heard } = authorizer(() => [])
  const { link } = await open('modern', transport, { authorizer: it })
  nonce = ['a', 'b']
  await callTool(link, 'x')
  nonce = 'with "quotes"'
  await callTool(link, 'x')
  expect(heard).toEqual(['n-2'])
})
