import { connect } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OPERATIONS } from './operations.ts'
import { type Asked, ask, done, logged, origin, serveApi, shown } from './testing/served.ts'

serveApi()

const CHECK = '/policy-drafts/check'

describe('what is malformed is a problem, never a stack trace', () => {
  test.each<readonly [string, string, string, Asked, number, string]>([
    ['an unknown path', 'GET', '/people', {}, 404, 'path_unknown'],
    ['a path that goes on', 'GET', '/users/', {}, 404, 'path_unknown'],
    ['a segment that is not encoded well', 'GET', '/users/%E0%A4%A', {}, 404, 'path_unknown'],
    ['another method', 'PUT', '/users', {}, 405, 'verb_refused'],
    ['somebody unknown', 'POST', '/users/nobody/disable', {}, 404, 'item_unknown'],
    [
      'an unknown member',
      'POST',
      '/users',
      { body: { id: 'a', admin: true } },
      400,
      'params_invalid',
    ],
    ['a missing member', 'POST', '/users', { body: {} }, 400, 'params_invalid'],
    ['another type', 'POST', '/users', { body: { id: ['a'] } }, 400, 'params_invalid'],
    ['a long text', 'POST', '/users', { body: { id: 'a'.repeat(65) } }, 400, 'params_invalid'],
    ['a list', 'POST', '/users', { body: [] }, 400, 'params_invalid'],
    ['null', 'POST', '/users', { body: null }, 400, 'params_invalid'],
    [
      '__proto__',
      'POST',
      '/users',
      { raw: '{"id":"a","__proto__":{"x":1}}' },
      400,
      'params_invalid',
    ],
    [
      'the id twice',
      'PATCH',
      '/users/ann',
      { body: { id: 'bob', name: 'B' } },
      400,
      'params_invalid',
    ],
    ['a control character', 'GET', '/users/a%00b', {}, 400, 'params_invalid'],
    ['no JSON', 'POST', '/users', { raw: '{"id":' }, 400, 'json_malformed'],
    [
      'no UTF-8',
      'POST',
      '/users',
      { raw: new Uint8Array([0x22, 0xff, 0x22]) },
      400,
      'json_malformed',
    ],
    [
      'another media type',
      'POST',
      '/users',
      { raw: 'id=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'content_type_refused',
    ],
    [
      'a coding',
      'POST',
      '/users',
      { body: { id: 'a' }, headers: { 'content-encoding': 'gzip' } },
      415,
      'content_type_refused',
    ],
    ['a large body', 'POST', '/users', { raw: ' '.repeat(70_000) }, 413, 'body_too_large'],
    // Of a set of policies more may come than of anything else.
    ['no draft', 'POST', CHECK, { raw: `{}${' '.repeat(1_048_574)}` }, 400, 'params_invalid'],
    ['a large draft', 'POST', CHECK, { raw: ' '.repeat(1_048_577) }, 413, 'body_too_large'],
    ['a query of a change', 'POST', '/users?id=a', { body: { id: 'a' } }, 400, 'message_malformed'],
    ['a member of the query twice', 'GET', '/users?limit=1&limit=2', {}, 400, 'message_malformed'],
    ['a limit that is none', 'GET', '/users?limit=0', {}, 400, 'params_invalid'],
    ['a large limit', 'GET', '/users?limit=201', {}, 400, 'params_invalid'],
    ['a cursor of another list', 'GET', '/grants?cursor=%00', {}, 400, 'params_invalid'],
    ['a cursor that hides a zero', 'GET', '/grants?cursor=AAAA', {}, 400, 'params_invalid'],
    ['a moment that is none', 'GET', '/users?unusedSince=yesterday', {}, 400, 'params_invalid'],
  ])('%s', async (_, method, path, asked, status, code) => {
    const answer = await ask(method, path, asked)
    expect([answer.status, answer.json.code, answer.type]).toEqual([
      status,
      code,
      'application/problem+json',
    ])
    expect(answer.json).toMatchObject({ type: 'about:blank', status, requestId: 'request-1' })
    expect(JSON.stringify(answer.json)).not.toMatch(/ at |\.ts/)
    expect(done).toEqual([])
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, POST')
  })

  test('names the members that are wrong', async () => {
    const { json } = await ask('POST', '/users', { body: { id: 7, groups: 'x' } })
    expect(json.errors.map(({ member }: { member: string }) => member)).toEqual(['id', 'groups'])
  })

  test('a body whose end never comes ends with its connection, and nothing else does', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    const head = 'authorization: Bearer owner\r\ncontent-type: application/json\r\n'
    socket.write(
      `POST /admin/api/v1/users HTTP/1.1\r\nhost: x\r\n${head}content-length: 9\r\n\r\n{`,
    )
    while (shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    socket.destroy()
    expect((await ask('GET', '/users')).status).toBe(200)
    expect(logged).toEqual([])
  })

  test('any JSON is answered with 2xx or a problem', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...OPERATIONS.filter(({ method }) => method !== 'GET')),
        fc.jsonValue(),
        async ({ method, path }, body) => {
          const inQuery = method === 'DELETE'
          const filled = path.replaceAll(/\{\w+\}/g, 'nobody')
          const { status, type } = await ask(method, filled, inQuery ? {} : { body })
          expect([200, 201, 400, 404, 500]).toContain(status)
          if (status >= 400) expect(type).toBe('application/problem+json')
        },
      ),
      { numRuns: 60 },
    )
  })
})
