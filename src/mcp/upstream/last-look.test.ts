import { expect, onTestFinished, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import type { ServerTransport } from './link.ts'
import { createLinkOpener } from './open-link.ts'
import { beginStream, handmade, legacyServer, modernServer, sendJson } from './testing/hostile.ts'
import { callTool, FACE } from './testing/kit.ts'

const SECRET = 'an-inbound-token'
const REFUSED = { code: 'passthrough_refused' }

/** Opens links whose last look refuses what holds the secret. */
async function openLooked(transport: ServerTransport) {
  const looked: string[] = []
  const opener = createLinkOpener({
    baseEnv: { PATH: process.env['PATH'] ?? '' },
    lastLook: (text) => {
      looked.push(text)
      if (text.includes(SECRET)) throw new GatewayError('passthrough_refused', 'it is passed on')
    },
  })
  onTestFinished(opener.close)
  const link = await opener.openLink({
    ...{
      server: 's',
      transport,
      revision: 'auto',
      face: FACE,
      timeout: 15_000,
      maxMessage: 10_000,
    },
    listener: { onNotification: () => {}, onRequest: () => Promise.reject(new Error('no')) },
  })
  onTestFinished(() => link.close())
  return { link, looked }
}

const STDIO: Extract<ServerTransport, { readonly kind: 'stdio' }> = {
  kind: 'stdio',
  command: process.execPath,
  cwd: undefined,
  env: {},
  args: [new URL('./testing/sdk-stdio.ts', import.meta.url).pathname],
}

test.each(['modern', 'legacy'] as const)('%s HTTP: what must not go out does not', async (era) => {
  const calls: unknown[] = []
  const serve = era === 'modern' ? modernServer : legacyServer
  const transport = await serve(({ params, id }, response) => {
    calls.push(params)
    sendJson(response, id, {})
  })
  const { link, looked } = await openLooked(transport)
  await expect(callTool(link, 'x', { a: SECRET })).rejects.toMatchObject(REFUSED)
  await expect(callTool(link, SECRET)).rejects.toMatchObject(REFUSED)
  const params = { a: SECRET }
  const notified = link.notify({ kind: 'notification', method: 'a', params })
  await expect(notified).rejects.toMatchObject(REFUSED)
  expect(calls).toEqual([])
  await callTool(link, 'x', { a: 'fine' })
  expect(calls).toHaveLength(1)
  expect(looked.some((text) => text.includes('Accept\napplication/json'))).toBe(true)
})

test('modern HTTP: nor in headers of a caller, nor in the address', async () => {
  const transport = await modernServer(({ id }, response) => sendJson(response, id, {}))
  const { link } = await openLooked(transport)
  const headers = { 'mcp-param-a': SECRET }
  await expect(callTool(link, 'x', {}, { headers })).rejects.toMatchObject(REFUSED)
  const url = `${(transport as { url: string }).url}?a=${SECRET}`
  const opening = openLooked({ kind: 'http', url, headers: {} })
  await expect(opening).rejects.toMatchObject(REFUSED)
})

test('SSE: the message is not posted', async () => {
  const posted: string[] = []
  const { kind: _, ...transport } = await handmade(({ request, method, id }, response) => {
    if (request.method === 'GET') {
      beginStream(response)
      response.write('event: endpoint\ndata: /post\n\n')
      stream = response
      return
    }
    posted.push(method)
    response.writeHead(202).end()
    const result = { protocolVersion: '2025-03-26', capabilities: {}, serverInfo: {} }
    if (method === 'initialize')
      stream?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
  })
  let stream: { write(text: string): unknown } | undefined
  const { link } = await openLooked({ ...transport, kind: 'sse' } as ServerTransport)
  await expect(callTool(link, 'x', { a: SECRET })).rejects.toMatchObject(REFUSED)
  expect(posted).toEqual(['initialize', 'notifications/initialized'])
})

test('stdio: no line goes to the process, which lives on', async () => {
  const { link, looked } = await openLooked(STDIO)
  await expect(callTool(link, 'echo', { text: SECRET })).rejects.toMatchObject(REFUSED)
  const notification = { kind: 'notification', method: 'a', params: { a: SECRET } } as const
  await expect(link.notify(notification)).rejects.toMatchObject(REFUSED)
  expect(await callTool(link, 'echo', { text: 'fine' })).toMatchObject({ kind: 'result' })
  expect(looked).toContain(STDIO.args[0])
})

test.each([
  { ...STDIO, env: { TOKEN: SECRET } },
  { ...STDIO, args: [...STDIO.args, `--token=${SECRET}`] },
])('stdio: no process is started with it: %#', async (transport) => {
  await expect(openLooked(transport)).rejects.toMatchObject(REFUSED)
})
