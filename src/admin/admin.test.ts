import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { OPERATIONS } from './operations.ts'
import type { Grant } from './ports.ts'
import { witnessed } from './testing/records.ts'
import {
  ask,
  behind,
  done,
  ISSUER,
  logged,
  origin,
  START,
  serveApi,
  shown,
} from './testing/served.ts'

serveApi()

describe('who may administer', () => {
  test('an owner, by a token of the resource /admin; proofs are about the path', async () => {
    const { status, headers } = await ask('GET', '/users?limit=1', { headers: { dpop: 'proof' } })
    expect(status).toBe(200)
    expect(headers.get('dpop-nonce')).toBe('fresh')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(shown).toEqual([
      {
        authorization: 'Bearer owner',
        dpop: 'proof',
        method: 'GET',
        origin: origin.replace('http:', 'https:'),
        path: '/admin',
        target: '/admin/api/v1/users',
      },
    ])
  })

  test.each(['member', 'agent', 'issued', 'acted'])('not: %s', async (as) => {
    const { status, json, type } = await ask('GET', '/users', { as })
    expect([status, json.code, type]).toEqual([
      403,
      'role_insufficient',
      'application/problem+json',
    ])
    // What there is, is not told either to who has no role.
    if (as !== 'member')
      expect((await ask('GET', '/nothing', { as })).json.code).toBe('role_insufficient')
    expect(done).toEqual([])
  })

  test('an agent that comes is on record, once in a while; nobody else is by coming', async () => {
    witnessed.length = 0
    behind.now += 60_000
    for (const as of ['agent', 'agent', 'acted', 'member', 'agent'])
      await ask('GET', '/users', { as })
    const came = { event: 'token.refused', outcome: 'refused' }
    expect(witnessed).toMatchObject([
      { ...came, detail: { why: 'role_insufficient', path: '/admin/api/v1/users', actors: [] } },
      { ...came, detail: { actors: ['bot'] } },
    ])
  })

  test('whom the operator of the machine gave a token may', async () => {
    expect((await ask('GET', '/users', { as: 'operator' })).status).toBe(200)
  })

  test('scopes: `read` looks, `write` changes, a scope of a tool does neither', async () => {
    const change = { body: { name: 'A' } }
    expect((await ask('GET', '/users', { as: 'reader' })).status).toBe(200)
    expect((await ask('PATCH', '/users/ann', { as: 'everything', ...change })).status).toBe(200)
    const { status, json } = await ask('PATCH', '/users/ann', { as: 'reader', ...change })
    expect([status, json.code]).toEqual([403, 'scope_insufficient'])
    expect((await ask('GET', '/users', { as: 'tool' })).json.code).toBe('scope_insufficient')
    expect(done).toHaveLength(2)
  })

  test('nobody without a good token, who is told how to do better', async () => {
    const { status, json, headers } = await ask('GET', '/users', { as: 'x' })
    expect(headers.get('www-authenticate')).toBe('Bearer x')
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'the token is not valid',
      code: 'token_invalid',
      requestId: 'request-1',
    })
    expect(status).toBe(401)
  })
})

describe('what is done', () => {
  const by = { subject: 'user:ann', client: 'console', grant: 'g-1' }

  test('is done in the name of whoever asks, and answered when it counts', async () => {
    const { status, json } = await ask('POST', '/users', { body: { id: 'ann', groups: ['staff'] } })
    expect(status).toBe(201)
    expect(done).toEqual([
      ['users.create', { id: 'ann', groups: ['staff'] }, by],
      ['users.link', 'ann', 'invite', by],
    ])
    expect(json).toEqual({
      user: {
        id: 'ann',
        name: 'Ann',
        status: 'active',
        groups: [],
        created: '2026-09-21T14:13:20.000Z',
      },
      link: { url: `${ISSUER}/setup?code=s`, expires: '2026-09-21T14:13:20.000Z' },
    })
    expect(behind.settled).toBe(1)
    await ask('GET', '/users')
    expect(behind.settled).toBe(1)
  })

  test('what a schema does not name leaves nobody', async () => {
    expect(JSON.stringify((await ask('GET', '/users')).json)).not.toContain('secret')
  })

  test('ids may hold whatever ids hold', async () => {
    const ids = ['okta|00u1', 'a/b', 'https://app.example/client.json', 'ü ?#%']
    for (const id of ids) {
      await ask('POST', `/users/${encodeURIComponent(id)}/disable`)
      expect(done.at(-1)).toEqual(['users.disable', id, by])
    }
  })

  test('a failure nobody planned is told by its id alone, and counts as far as it went', async () => {
    behind.broken = new Error('password=hunter2')
    const { status, json } = await ask('POST', '/users/ann/disable')
    expect([status, json.code, json.detail]).toEqual([500, 'internal', 'internal error'])
    expect(JSON.stringify(json)).not.toMatch(/hunter2| at /)
    expect(logged.join()).toContain('request-1')
    expect(behind.settled).toBe(1)
  })

  test('a failure of the records or the store says so', async () => {
    behind.broken = new GatewayError('audit_unavailable', 'it cannot be recorded', {
      detail: '/disk/path',
    })
    const { status, json } = await ask('POST', '/users/ann/disable')
    expect([status, json.code]).toEqual([503, 'audit_unavailable'])
    expect(JSON.stringify(json)).not.toContain('/disk/path')
  })

  test('lists by id go on where they ended', async () => {
    behind.grants = ['a', 'b|c', 'd'].map((id) => grant(id))
    const first = await ask('GET', '/grants?limit=2')
    expect(first.json.items.map(({ id }: Grant) => id)).toEqual(['a', 'b|c'])
    const rest = await ask('GET', `/grants?limit=2&cursor=${first.json.next}`)
    expect(rest.json).toMatchObject({ items: [{ id: 'd', subject: 'agent:bot' }] })
    expect(rest.json.next).toBeUndefined()
  })
})

function grant(id: string): Grant {
  return {
    ...{ id, kind: 'agent', subject: 'bot' as SubjectId, client: 'bot', resource: ISSUER },
    ...{ scopes: ['read'], actors: [], via: 'client-credentials', created: START },
    ...{ used: undefined, expires: START, revoked: undefined, reason: undefined },
  }
}

test('the table is one: ids and lines are unique, members of paths are of the input, inputs are strict', () => {
  const ids = OPERATIONS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const lines = OPERATIONS.map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
  )
  expect(new Set(lines).size).toBe(lines.length)
  for (const { id, path, input, method, level } of OPERATIONS) {
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      expect(Object.keys(input.shape), id).toContain(name)
    expect(input.safeParse({ ...{}, unexpected: 1 }).success, id).toBe(false)
    expect(level, id).toBe(method === 'GET' ? 'read' : 'write')
  }
})
