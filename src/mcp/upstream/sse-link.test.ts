import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { ServerTransport } from './link.ts'
import { beginStream, handmade, type Received } from './testing/hostile.ts'
import { callTool, openTestLink } from './testing/kit.ts'

interface Stream {
  send(message: object): void
  readonly response: ServerResponse
}

/** An HTTP+SSE server by hand; `answer` gets what is posted and the stream. */
async function sseServer(
  answer: (received: Received, stream: Stream, response: ServerResponse) => void,
  endpoint = '/post?session=1',
): Promise<ServerTransport> {
  let stream: Stream | undefined
  const { kind: _, ...transport } = await handmade((received, response) => {
    if (received.request.method === 'GET') {
      beginStream(response)
      response.write(`event: endpoint\ndata: ${endpoint}\n\n`)
      const send = (message: object) =>
        response.write(
          `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`,
        )
      stream = { send, response }
    } else if (stream !== undefined) {
      if (received.method !== 'initialize') return answer(received, stream, response)
      response.writeHead(202).end()
      const result = { protocolVersion: '2025-03-26', capabilities: {}, serverInfo: {} }
      stream.send({ id: received.id, result })
    }
  })
  return { ...transport, kind: 'sse' } as ServerTransport
}

test('messages go to the endpoint, answers come on the stream', async () => {
  const paths: unknown[] = []
  const transport = await sseServer((received, stream, response) => {
    paths.push(received.request.url)
    response.writeHead(202).end('Accepted')
    if (received.id !== undefined) stream.send({ id: received.id, result: { n: 1 } })
  })
  const { link } = await openTestLink(transport)
  expect(link.claims.revision).toBe('2025-03-26')
  expect(await callTool(link, 'x')).toMatchObject({ result: { n: 1 } })
  expect(paths).toEqual(['/post?session=1', '/post?session=1'])
})

test.each(['http://127.0.0.2:9/post', 'https://127.0.0.1/post', '//example.com/post', 'http://['])(
  'an endpoint of another origin, %s, is refused',
  async (endpoint) => {
    const transport = await sseServer(() => {}, endpoint)
    await expect(openTestLink(transport)).rejects.toMatchObject({ code: 'upstream_malformed' })
  },
)

test('a server without an endpoint is not waited for without end', async () => {
  const { kind: _, ...transport } = await handmade((_received, response) => beginStream(response))
  const opening = openTestLink({ ...transport, kind: 'sse' } as ServerTransport, { timeout: 100 })
  await expect(opening).rejects.toMatchObject({ code: 'upstream_timeout' })
})

test('the end of the stream fails what is under way and closes the link', async () => {
  const transport = await sseServer((received, stream, response) => {
    response.writeHead(202).end()
    if (received.id !== undefined) stream.response.end()
  })
  const { link } = await openTestLink(transport)
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code: 'upstream_failed' })
  await link.closed
  await expect(callTool(link, 'x', {}, { timeout: 1_000 })).rejects.toMatchObject({
    code: 'upstream_failed',
  })
})

test.each([
  [401, 'upstream_unauthorized'],
  [500, 'upstream_failed'],
] as const)('a POST that is refused with %i fails its request', async (status, code) => {
  const transport = await sseServer((received, _stream, response) => {
    response.writeHead(received.id === undefined ? 202 : status).end()
  })
  const { link } = await openTestLink(transport)
  await expect(callTool(link, 'x')).rejects.toMatchObject({ code })
})

test('there is no modern era over this transport', async () => {
  const transport = await sseServer(() => {})
  const opening = openTestLink(transport, { revision: '2026-07-28' })
  await expect(opening).rejects.toMatchObject({ code: 'upstream_malformed' })
})
