import { expect, test } from 'vitest'
import type { Notification, Request, Response } from '../message.ts'
import { beginStream, handmade, legacyServer, sendEvent, sendJson } from './testing/hostile.ts'
import { callTool, openTestLink, outbound, until } from './testing/kit.ts'

const LEGACY = { revision: 'legacy' } as const
const dataOf = (notifications: readonly Notification[]) =>
  notifications.map(({ params }) => params?.['data'])

test('a session is named on every request, with its revision, and ended by DELETE', async () => {
  const seen: string[] = []
  const transport = await handmade(({ id, method, request }, response) => {
    const { headers } = request
    const session = `${headers['mcp-session-id']} ${headers['mcp-protocol-version']}`
    seen.push(`${request.method} ${method} ${session}`)
    response.setHeader('Mcp-Session-Id', method === 'initialize' ? 's-1' : 's-2')
    if (request.method !== 'POST') response.writeHead(405).end()
    else if (id === undefined) response.writeHead(202).end()
    else sendJson(response, id, { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: {} })
  })
  const { link } = await openTestLink(transport, LEGACY)
  await until(() => seen.length === 3)
  await callTool(link, 'x')
  await link.close()
  await link.closed
  expect(seen).toEqual([
    'POST initialize undefined undefined',
    'POST notifications/initialized s-1 2025-06-18',
    'GET undefined s-1 2025-06-18',
    'POST tools/call s-1 2025-06-18',
    'DELETE undefined s-1 2025-06-18',
  ])
})

test('ids and tokens are numbers of our own, never used twice, and come back as they were', async () => {
  const seen: unknown[] = []
  const transport = await legacyServer(({ id, params }, response) => {
    const meta = params['_meta'] as Record<string, unknown>
    seen.push(id)
    expect(meta['progressToken']).toBe(id)
    beginStream(response)
    const progress = { progressToken: id, progress: 1 }
    sendEvent(response, { method: 'notifications/progress', params: progress })
    sendEvent(response, {
      method: 'notifications/progress',
      params: { ...progress, progressToken: 'x' },
    })
    sendEvent(response, { id, result: {} })
    response.end()
  })
  const { link } = await openTestLink(transport, LEGACY)
  const call = async () => {
    const got: Notification[] = []
    const asked = outbound(link, 'tools/call', {
      name: 'x',
      _meta: { progressToken: 'mine', other: 1 },
    })
    const request = { ...asked.request, id: 7 }
    const answer = await link.request({ ...asked, request, onNotification: (n) => got.push(n) })
    expect(answer.id).toBe(7)
    expect(got.map(({ params }) => params?.['progressToken'])).toEqual(['mine'])
  }
  await Promise.all([call(), call(), call()])
  expect(new Set(seen).size).toBe(3)
})

test.each([
  [404, ''],
  [400, '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no valid session ID"}}'],
])('a session that the server has forgotten (%i) closes the link', async (status, body) => {
  const transport = await legacyServer((_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  })
  const { link } = await openTestLink(transport, LEGACY)
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_failed' })
  await link.closed
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_failed' })
})

test('cancelling tells the server, by the id that it knows', async () => {
  const seen: Record<string, unknown>[] = []
  const transport = await legacyServer(({ id, method, params }, response) => {
    seen.push({ id, method, requestId: params['requestId'] })
    if (id === undefined) response.writeHead(202).end()
  })
  const { link } = await openTestLink(transport, LEGACY)
  const controller = new AbortController()
  const call = callTool(link, 'x', {}, { signal: controller.signal })
  await until(() => seen.length === 1)
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'cancelled' })
  await until(() => seen.length === 2)
  expect(seen[1]).toMatchObject({ method: 'notifications/cancelled', requestId: seen[0]?.['id'] })
  await expect(callTool(link, 'x', {}, { timeout: 20 })).rejects.toMatchObject({
    code: 'upstream_timeout',
  })
  await until(() => seen.length === 4)
  expect(seen[3]).toMatchObject({ method: 'notifications/cancelled', requestId: seen[2]?.['id'] })
})

test('a stream that ends early is taken up after its last event', async () => {
  const lastEventIds: unknown[] = []
  let callId: unknown
  const times: number[] = []
  const transport = await legacyServer(
    ({ id }, response) => {
      callId = id
      beginStream(response)
      response.write('retry: 120\nid: e-1\ndata:\n\n')
      times.push(performance.now())
      response.end()
    },
    ({ request }, response) => {
      const lastEventId = request.headers['last-event-id']
      if (lastEventId === undefined) return void response.writeHead(405).end()
      lastEventIds.push(lastEventId)
      times.push(performance.now())
      beginStream(response)
      if (lastEventIds.length === 1) {
        sendEvent(response, { method: 'notifications/message', params: { data: 1 } }, 'e-2')
        response.write(': flushed\n', () => response.socket?.destroy())
      } else {
        sendEvent(response, { id: callId as number, result: { n: 1 } }, 'e-3')
        response.end()
      }
    },
  )
  const { link } = await openTestLink(transport, LEGACY)
  const got: Notification[] = []
  const answer = await callTool(link, 'x', {}, { onNotification: (n) => got.push(n) })
  expect(answer).toMatchObject({ result: { n: 1 } })
  expect(lastEventIds).toEqual(['e-1', 'e-2'])
  expect(dataOf(got)).toEqual([1])
  expect(Number(times[1]) - Number(times[0])).toBeGreaterThan(110)
})

test('a stream that cannot be taken up fails the call', async () => {
  const transport = await legacyServer((_, response) => {
    beginStream(response)
    response.end('retry: 1\nid: e-1\ndata:\n\n')
  })
  const { link } = await openTestLink(transport, LEGACY)
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_failed' })
})

test('the standing stream is opened again where it ended, and serves the listener', async () => {
  const lastEventIds: unknown[] = []
  const answers: unknown[] = []
  const transport = await legacyServer(
    ({ id, params, request }, response) => {
      expect(request.method).toBe('POST')
      answers.push({ id, ...params })
      response.writeHead(202).end()
    },
    ({ request }, response) => {
      lastEventIds.push(request.headers['last-event-id'])
      beginStream(response)
      response.write('retry: 1\n\n')
      const data = lastEventIds.length
      sendEvent(response, { method: 'notifications/message', params: { data } }, `e-${data}`)
      if (data < 3) response.end()
      else sendEvent(response, { id: 'of server', method: 'roots/list' })
    },
  )
  const { heard } = await openTestLink(transport, LEGACY)
  await until(() => heard.requests.length === 1)
  expect(lastEventIds).toEqual([undefined, 'e-1', 'e-2'])
  expect(dataOf(heard.notifications)).toEqual([1, 2, 3])
  await until(() => answers.length === 1)
  expect(answers[0]).toMatchObject({ id: 'of server' })
})

test('progress on the standing stream still finds its request', async () => {
  let push: ((id: number | string) => void) | undefined
  const transport = await legacyServer(
    ({ id }, response) => {
      push?.(id)
      setTimeout(() => sendJson(response, id, {}), 30)
    },
    (_, response) => {
      beginStream(response)
      push = (progressToken) =>
        sendEvent(response, {
          method: 'notifications/progress',
          params: { progressToken, progress: 1 },
        })
    },
  )
  const { link, heard } = await openTestLink(transport, LEGACY)
  await until(() => push !== undefined)
  const got: Notification[] = []
  await callTool(
    link,
    'x',
    {},
    { meta: { progressToken: 't' }, onNotification: (n) => got.push(n) },
  )
  expect(got).toMatchObject([{ params: { progressToken: 't', progress: 1 } }])
  expect(heard.notifications).toEqual([])
})

test('a server asks the caller whose stream it asks on, and may take it back', async () => {
  const posted: Record<string, unknown>[] = []
  const transport = await legacyServer(({ id, method, params, request }, response) => {
    if (method !== 'tools/call') {
      posted.push({ id, method })
      response.writeHead(202).end()
      if (id === 'ask-2') setTimeout(() => finish?.(), 10)
      return
    }
    beginStream(response)
    const finish2 = () => {
      sendEvent(response, { id, result: { who: params['name'] ?? null } })
      response.end()
    }
    if (params['name'] === 'asker') {
      finish = finish2
      sendEvent(response, { id: 'ping-1', method: 'ping' })
      sendEvent(response, { id: 'ask-1', method: 'elicitation/create', params: {} })
      sendEvent(response, { method: 'notifications/cancelled', params: { requestId: 'ask-1' } })
      sendEvent(response, { id: 'ask-2', method: 'sampling/createMessage', params: {} })
    } else request.on('close', () => {})
  })
  let finish: (() => void) | undefined
  const { link } = await openTestLink(transport, LEGACY)
  const asked: Request[] = []
  const got: Notification[] = []
  const controller = new AbortController()
  const other = callTool(
    link,
    'other',
    {},
    {
      signal: controller.signal,
      onRequest: () => Promise.reject(new Error('asked the wrong one')),
    },
  )
  other.catch(() => {})
  const never = Promise.withResolvers<Response>()
  const answer = await callTool(
    link,
    'asker',
    {},
    {
      onNotification: (n) => got.push(n),
      onRequest: (request) => {
        asked.push(request)
        if (request.id === 'ask-1') return never.promise
        return Promise.reject(new Error('a secret of ours'))
      },
    },
  )
  expect(answer).toMatchObject({ result: { who: 'asker' } })
  expect(asked.map(({ method }) => method)).toEqual([
    'elicitation/create',
    'sampling/createMessage',
  ])
  expect(got).toMatchObject([{ method: 'notifications/cancelled', params: { requestId: 'ask-1' } }])
  expect(posted.map(({ id }) => id)).toEqual(['ping-1', 'ask-2'])
  controller.abort()
})

test('a server that asks without end is refused, not remembered', async () => {
  const refused: unknown[] = []
  const transport = await legacyServer(({ id, method }, response) => {
    if (method !== 'tools/call') {
      refused.push(id)
      response.writeHead(202).end()
      return
    }
    beginStream(response)
    for (let i = 0; i < 200; i++) sendEvent(response, { id: `ask-${i}`, method: 'roots/list' })
  })
  const { link } = await openTestLink(transport, LEGACY)
  let asked = 0
  const call = callTool(
    link,
    'x',
    {},
    {
      onRequest: () => {
        asked += 1
        return new Promise(() => {})
      },
    },
  )
  call.catch(() => {})
  await until(() => refused.length === 200 - 64)
  expect(asked).toBe(64)
})

test.each(['a b', 'ü', 'x'.repeat(2_000)])('a session id like %j is refused', async (id) => {
  const transport = await handmade((received, response) => {
    response.setHeader('Mcp-Session-Id', id)
    sendJson(response, received.id, {
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: {},
    })
  })
  await expect(openTestLink(transport, LEGACY)).rejects.toMatchObject({
    code: 'upstream_malformed',
  })
})
