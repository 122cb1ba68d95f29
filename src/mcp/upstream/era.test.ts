import { describe, expect, test } from 'vitest'
import { handmade, sendJson } from './testing/hostile.ts'
import { openTestLink } from './testing/kit.ts'

describe('the era of a server', () => {
  const verdicts: readonly (readonly [string, number, string, string])[] = [
    ['401', 401, '', 'upstream_unauthorized'],
    ['429', 429, '', 'upstream_unreachable'],
    ['503', 503, '', 'upstream_unreachable'],
    ['a redirect', 302, '', 'upstream_unreachable'],
    ['-32020', 400, '{"code":-32020,"message":"m"}', 'upstream_malformed'],
    ['-32021', 400, '{"code":-32021,"message":"m"}', 'upstream_malformed'],
    [
      '-32022 and no common revision',
      400,
      '{"code":-32022,"message":"m","data":{"supported":["2099-01-01"]}}',
      'upstream_malformed',
    ],
  ]
  test.each(verdicts)('is not legacy because of %s', async (_name, status, error, code) => {
    const methods: string[] = []
    const transport = await handmade(({ id, method }, response) => {
      methods.push(method)
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(
        error === '' ? '' : `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error":${error}}`,
      )
    })
    await expect(openTestLink(transport)).rejects.toMatchObject({ code })
    expect(methods).toEqual(['server/discover'])
  })

  test('is legacy by its own word, and then as old as it says', async () => {
    const asked: unknown[] = []
    const transport = await handmade(({ id, method, params, request }, response) => {
      if (method === 'server/discover') {
        response.writeHead(400, { 'Content-Type': 'application/json' })
        const error = {
          code: -32022,
          message: 'm',
          data: { supported: ['2025-03-26', '2025-06-18'] },
        }
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
      } else if (method === 'initialize') {
        asked.push(params['protocolVersion'])
        sendJson(response, id, { protocolVersion: '2025-03-26', capabilities: {}, serverInfo: {} })
      } else response.writeHead(request.method === 'GET' ? 405 : 202).end()
    })
    const { link } = await openTestLink(transport)
    expect(asked).toEqual(['2025-06-18'])
    expect(link.claims.revision).toBe('2025-03-26')
  })

  test('older than the oldest that clients may ask for is taken as that', async () => {
    const transport = await handmade(({ id, method, request }, response) => {
      if (method !== 'initialize') response.writeHead(request.method === 'GET' ? 405 : 202).end()
      else
        sendJson(response, id, { protocolVersion: '2024-11-05', capabilities: {}, serverInfo: {} })
    })
    const { link } = await openTestLink(transport, { revision: 'legacy' })
    expect(link.claims).toMatchObject({
      revision: '2025-03-26',
      result: { protocolVersion: '2025-03-26' },
    })
  })

  test.each(['2023-01-01', '2026-07-28', '1.0', 7])(
    'cannot be %s by handshake',
    async (revision) => {
      const transport = await handmade(({ id }, response) =>
        sendJson(response, id, { protocolVersion: revision, capabilities: {}, serverInfo: {} }),
      )
      const opening = openTestLink(transport, { revision: 'legacy' })
      await expect(opening).rejects.toMatchObject({ code: 'upstream_malformed' })
    },
  )
})

test.each([
  ['ftp://127.0.0.1/', {}, 'the url is not http(s)'],
  ['not a url', {}, 'the url is not http(s)'],
  ['http://user:pass@127.0.0.1/', {}, 'the url holds credentials'],
  ['http://127.0.0.1/', { 'MCP-Method': 'lie' }, 'the header `MCP-Method` is set by the protocol'],
  ['http://127.0.0.1/', { hOST: 'other' }, 'the header `hOST` is set by the protocol'],
  ['http://127.0.0.1/', { 'X-Split': 'a\r\nEvil: b' }, undefined],
])('a transport that cannot be trusted is not used: %s %j', async (url, headers, detail) => {
  const opening = openTestLink({ kind: 'http', url, headers })
  await expect(opening).rejects.toMatchObject({ code: 'upstream_unreachable', detail })
})
