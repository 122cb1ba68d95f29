import { beforeEach, describe, expect, test } from 'vitest'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Grant, Session } from '../ports.ts'
import { atDesk, request } from '../testing/desk.ts'
import { ask, behind, done, ISSUER, START, serveApi } from '../testing/served.ts'

serveApi()

function grant(id: string, subject: string, kind: Grant['kind'] = 'user'): Grant {
  return {
    ...{ id, kind, subject: subject as SubjectId, client: 'app', resource: ISSUER },
    ...{ scopes: ['read'], actors: [], via: 'login', created: START, expires: START },
    ...{ used: undefined, revoked: undefined, reason: undefined },
  }
}
const session = (id: string, user: string): Session => ({
  ...{ id, user, methods: ['pwd'], begun: START, expires: START + 1 },
})

beforeEach(() => {
  behind.grants = [grant('g-ann', 'ann'), grant('g-eve', 'eve'), grant('g-agent', 'ann', 'agent')]
  behind.sessions = [session('s-ann', 'ann'), session('s-eve', 'eve')]
})

describe('what is one’s own', () => {
  test('who one is, and what one may', async () => {
    expect((await ask('GET', '/me', { as: 'eve' })).json).toEqual({
      ...{ kind: 'user', id: 'eve', name: 'Ann', groups: ['staff'], roles: ['member'] },
      ...{ permissions: ['self'], methods: [], way: 'token', client: 'console' },
    })
    const { json } = await ask('GET', '/me', {
      as: undefined,
      headers: {
        cookie: 'session=approver',
        'x-bailiwick-console': '1',
        'sec-fetch-site': 'same-origin',
      },
    })
    expect(json).toMatchObject({ id: 'ben', way: 'session', session: 'g-1' })
    expect(json.roles).toEqual(['approver', 'member'])
  })

  test('programs’ access is taken back, and nobody else’s', async () => {
    const revoke = (id: string) => ask('POST', `/me/grants/${id}/revoke`, { as: 'member' })
    expect((await revoke('g-ann')).status).toBe(200)
    expect(done.at(-1)).toMatchObject(['grants.revoke', 'g-ann', 'user', { subject: 'user:ann' }])
    done.length = 0
    for (const id of ['g-eve', 'g-agent', 'unknown']) {
      const { status, json } = await revoke(id)
      expect([status, json.code]).toEqual([404, 'item_unknown'])
    }
    expect(done).toEqual([])
  })

  test('browsers are logged out, and nobody else’s', async () => {
    const list = await ask('GET', '/me/sessions', { as: 'member' })
    expect(list.json.items.map(({ id }: Session) => id)).toEqual(['s-ann'])
    const end = (id: string) => ask('POST', `/me/sessions/${id}/end`, { as: 'member' })
    expect((await end('s-ann')).status).toBe(200)
    expect(done).toMatchObject([['sessions.end', 's-ann', { subject: 'user:ann' }]])
    expect((await end('s-eve')).status).toBe(404)
    expect(done).toHaveLength(1)
  })

  test('requests are those for one’s own calls, not those that one may answer', async () => {
    atDesk.requests.push(request(), request({ id: 'a-2', requesters: ['eve'] }))
    const { json } = await ask('GET', '/me/requests', { as: 'eve' })
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(['a-2'])
  })
})

describe('sessions of others', () => {
  test('are listed and ended by those who administer', async () => {
    expect((await ask('GET', '/sessions', { as: 'auditor' })).json.items).toHaveLength(2)
    const mine = await ask('GET', '/sessions?user=eve', { as: 'auditor' })
    expect(mine.json.items).toMatchObject([{ id: 's-eve', begun: '2026-09-21T14:13:20.000Z' }])
    expect((await ask('POST', '/sessions/s-eve/end')).status).toBe(200)
    for (const as of ['member', 'approver', 'auditor', 'runner']) {
      const { status } = await ask('POST', '/sessions/s-eve/end', { as })
      expect(status).toBe(403)
    }
    expect(done).toHaveLength(1)
  })
})
