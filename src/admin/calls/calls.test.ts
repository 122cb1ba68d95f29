import { beforeEach, describe, expect, test } from 'vitest'
import { asked, EVENT, recorder, SECRET, witnessed } from '../testing/records.ts'
import { ask, serveApi } from '../testing/served.ts'
import { newsOf } from './news.ts'

serveApi()
beforeEach(() => {
  asked.length = 0
  witnessed.length = 0
  recorder.broken = undefined
})

describe('calls', () => {
  test('are listed by what was asked for, without what they carried', async () => {
    const { status, json } = await ask(
      'GET',
      '/calls?server=crm&effect=observed&policy=reads&from=2026-01-01T00:00:00Z&text=fi&limit=5',
      { as: 'runner' },
    )
    expect(status).toBe(200)
    expect(asked).toEqual([
      {
        server: 'crm',
        verdict: 'observed',
        policy: 'reads',
        since: Date.parse('2026-01-01T00:00:00Z'),
        text: 'fi',
        limit: 5,
      },
    ])
    expect(json).toMatchObject({ next: 'c-2', searchedTo: expect.any(String) })
    expect(json.items).toEqual([
      {
        id: 'call-1',
        at: '2026-09-21T14:13:20.001Z',
        server: 'crm',
        target: 'find',
        action: 'call',
        subject: 'user:ann',
        actors: ['bot'],
        client: 'editor',
        claims: 'editor/1',
        grant: 'g-1',
        verdict: 'observed',
        policies: ['reads'],
        approval: 'ap-1',
        risk: 'high',
        outcome: 'answered',
        duration: 12,
        seq: 1,
      },
    ])
    expect(JSON.stringify(json)).not.toContain(SECRET)
  })

  test.each(['effect=yes', 'outcome=ok', 'from=yesterday', 'limit=0', 'unknown=1'])(
    'are not listed for `%s`',
    async (query) => {
      expect((await ask('GET', `/calls?${query}`)).json.code).toBe('params_invalid')
      expect(asked).toEqual([])
    },
  )

  test('are shown with everything but what they carried', async () => {
    for (const as of ['runner', 'approver', 'auditor', 'owner']) {
      const { json } = await ask('GET', '/calls/call-1', { as })
      expect(json.call).toMatchObject({
        authorization: { trust: 'registered', bound: true },
        decision: {
          effect: 'permit',
          determining: [{ policy: 'reads', reason: 'it reads' }],
          observed: { determining: [{ policy: 'watch' }] },
        },
        approved: { id: 'ap-1', by: ['bob'] },
        arguments: { size: 40 },
        forwarded: { server: 'db', target: 'query' },
        facts: [
          { kind: 'sql', count: 1, classes: ['read'], flags: ['comment'] },
          { kind: 'unparsable', count: 1, flags: [] },
        ],
        flow: {
          ...{ context: 'x-1', readUntrusted: true, classes: ['personal'], carries: ['personal'] },
          since: expect.stringMatching(/Z$/),
          values: [
            {
              ...{ role: 'destination', origin: 'untrusted', link: false },
              sightings: [{ call: 'call-0', server: 'mail', target: 'read', likeness: 'decoded' }],
            },
            // What is not known counts as the worst.
            { role: 'setting', origin: 'untrusted', sightings: [] },
          ],
        },
        classes: { effects: ['read'] },
        screened: [{ type: 'iban', part: 'result', action: 'redact', screen: 'names-stay' }],
        records: [
          { seq: 1, hash: '1'.repeat(64) },
          { seq: 2, hash: '2'.repeat(64), outcome: 'answered', previous: '1'.repeat(64) },
        ],
        chain: { head: { seq: 3 }, after: 1 },
      })
      expect(JSON.stringify(json)).not.toContain(SECRET)
    }
    expect(witnessed).toEqual([])
  })

  test('show what they carried to those who may read it, which is on record before', async () => {
    const { json } = await ask('GET', '/calls/call-1?bodies=true', { as: 'auditor' })
    expect(json.call.carried).toMatchObject({
      arguments: { sql: SECRET },
      redacted: ['/password'],
      excerpts: { forwarded: SECRET, result: `"${SECRET}"` },
    })
    expect(json.call.screened).toMatchObject([{ at: `/${SECRET}` }])
    expect(json.call.flow.values[0]).toMatchObject({
      ...{ at: `/${SECRET}`, value: SECRET },
      sightings: [{ field: `/${SECRET}`, quote: `to ${SECRET} soon` }],
    })
    expect(witnessed).toMatchObject([
      {
        event: 'record.revealed',
        outcome: 'done',
        subject: 'user:ann',
        target: 'call-1',
        by: { subject: 'user:cid' },
      },
    ])
  })

  test.each(['runner', 'approver'])('do not show it to `%s`', async (as) => {
    const { status, json } = await ask('GET', '/calls/call-1?bodies=true', { as })
    expect([status, json.code]).toEqual([403, 'role_insufficient'])
    expect(JSON.stringify(json)).not.toContain(SECRET)
    expect(witnessed).toEqual([])
  })

  test('show nothing when it cannot be put on record', async () => {
    recorder.broken = new Error('the disk is full')
    const { status, json } = await ask('GET', '/calls/call-1?bodies=true', { as: 'auditor' })
    expect(status).toBe(500)
    expect(JSON.stringify(json)).not.toContain(SECRET)
  })

  test.each(['/calls', '/calls/call-1', '/events', '/records/status'])(
    'a member sees nothing of %s',
    async (path) => {
      expect((await ask('GET', path, { as: 'eve' })).status).toBe(403)
      expect(asked).toEqual([])
    },
  )

  test('that are not there are not found', async () => {
    expect((await ask('GET', '/calls/call-2')).status).toBe(404)
  })
})

test('events are listed and shown', async () => {
  const { json } = await ask('GET', '/events?event=grant.revoked&to=2026-01-01T00:00:00Z')
  expect(asked).toEqual([{ event: 'grant.revoked', before: Date.parse('2026-01-01T00:00:00Z') }])
  const event = {
    id: 'event-1',
    event: 'grant.revoked',
    target: 'g-1',
    detail: { reason: 'administrator' },
    by: { subject: 'user:owner' },
    seq: 3,
  }
  expect(json.items).toMatchObject([event])
  expect((await ask('GET', '/events/event-1')).json.event).toMatchObject(event)
  expect((await ask('GET', '/events/call-1')).status).toBe(404)
})

test.each([
  ['runner', undefined],
  ['approver', SECRET],
  ['auditor', SECRET],
])('what people wrote stands in events for who may read it: `%s`', async (as, comment) => {
  for (const path of ['/events', '/events/event-1']) {
    const { json } = await ask('GET', path, { as })
    const event = json.event ?? json.items[0]
    expect(event.detail).toEqual({ reason: 'administrator', ...(comment && { comment }) })
  }
  expect(newsOf(EVENT)).toMatchObject({ kind: 'event', data: { target: 'g-1' } })
  expect(JSON.stringify(newsOf(EVENT))).not.toContain(SECRET)
})

describe('records', () => {
  test('have a status', async () => {
    const { json } = await ask('GET', '/records/status', { as: 'approver' })
    expect(json).toMatchObject({ head: { seq: 3, hash: '3'.repeat(64) }, signed: false })
  })

  test('are verified by those who may', async () => {
    const { status, json } = await ask('POST', '/records/verification', { as: 'runner', body: {} })
    expect([status, json.check.state]).toEqual([201, 'running'])
    expect((await ask('GET', '/records/verification', { as: 'auditor' })).json).toEqual({})
    expect((await ask('POST', '/records/verification', { as: 'approver', body: {} })).status).toBe(
      403,
    )
  })

  test('leave page by page, chained to what stands before, which is on record', async () => {
    const first = await ask('GET', '/records/export?limit=2', { as: 'auditor' })
    expect(first.json).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }], next: '2' })
    expect(first.json.previous).toBeUndefined()
    const second = await ask('GET', '/records/export?limit=2&cursor=2', { as: 'auditor' })
    expect(second.json).toMatchObject({
      items: [{ seq: 3, hash: '3'.repeat(64) }],
      previous: { seq: 2, hash: '2'.repeat(64) },
    })
    expect(second.json.next).toBeUndefined()
    expect(witnessed.map(({ event, target, by }) => [event, target, by?.subject])).toEqual([
      ['record.exported', '1-2', 'user:cid'],
      ['record.exported', '3-3', 'user:cid'],
    ])
  })

  test.each(['runner', 'approver', 'eve'])('do not leave by `%s`', async (as) => {
    expect((await ask('GET', '/records/export', { as })).status).toBe(403)
    expect(witnessed).toEqual([])
  })

  test('do not leave when that cannot be put on record', async () => {
    recorder.broken = new Error('the disk is full')
    const { status, json } = await ask('GET', '/records/export', { as: 'auditor' })
    expect(status).toBe(500)
    expect(JSON.stringify(json)).not.toContain(SECRET)
  })
})
