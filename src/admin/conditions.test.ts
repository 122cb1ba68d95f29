import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { toGatewayError } from '../kernel/errors.ts'
import { operation } from './operation.ts'
import { readInput } from './read-input.ts'
import { ask, serveApi } from './testing/served.ts'

serveApi()

describe('a look', () => {
  test('has a tag, by which it is not sent twice', async () => {
    const first = await ask('GET', '/users')
    const etag = String(first.headers.get('etag'))
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    const again = await fetch(first.url, {
      headers: { authorization: 'Bearer owner', 'if-none-match': `"x", ${etag}` },
    })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect(again.headers.get('cache-control')).toBe('no-store')
    const weak = await ask('GET', '/users', { headers: { 'if-none-match': '"x"' } })
    expect([weak.status, weak.headers.get('etag')]).toEqual([200, etag])
  })

  test('that is refused has none, and its tag tells nothing', async () => {
    const { headers } = await ask('GET', '/users')
    const etag = String(headers.get('etag'))
    const refused = await ask('GET', '/users', {
      as: 'member',
      headers: { 'if-none-match': etag },
    })
    expect([refused.status, refused.headers.get('etag')]).toEqual([403, null])
  })
})

const input = z.strictObject({ id: z.string(), version: z.union([z.number(), z.string()]) })
const versioned = operation('x.change', 'PUT /x/{id}', {
  ...{ needs: 'self', summary: 'x', version: 'version', input, output: z.object({}) },
  run: async () => ({}),
})
const { version: _, ...rest } = versioned

/** What an operation reads from a request. */
async function read(
  one: typeof versioned | typeof rest,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<unknown> {
  let outcome: unknown
  const server = createServer(async (request, response) => {
    outcome = await readInput(request, response, {
      operation: one as never,
      members: { id: 'a' },
    }).catch((error: unknown) => toGatewayError(error).code)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x/a`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return outcome
}

describe('a change of something that has a version', () => {
  test.each([
    ['"7"', { id: 'a', version: 7 }],
    ['"abc"', { id: 'a', version: 'abc' }],
  ])('names it by `If-Match`: %s', async (tag, wanted) => {
    expect(await read(versioned, { 'if-match': tag }, {})).toEqual(wanted)
  })

  test('or in its body, and not in both', async () => {
    expect(await read(versioned, {}, { version: 7 })).toEqual({ id: 'a', version: 7 })
    expect(await read(versioned, { 'if-match': '"7"' }, { version: 7 })).toBe('params_invalid')
    expect(await read(versioned, {}, {})).toBe('params_invalid')
  })

  test.each(['*', 'W/"7"', '"7", "8"', '7', '""'])('takes no other condition: %s', async (tag) => {
    expect(await read(versioned, { 'if-match': tag }, {})).toBe('version_conflict')
  })

  test('no condition is taken where there is no version: it could not be met', async () => {
    const condition = { 'if-match': '"7"' }
    expect(await read(rest, condition, { version: 7 })).toBe('version_conflict')
  })
})
