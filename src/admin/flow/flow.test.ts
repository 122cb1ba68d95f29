import { beforeEach, describe, expect, test } from 'vitest'
import { atFlow, VOUCHED } from '../testing/flow.ts'
import { witnessed } from '../testing/records.ts'
import { ask, origin, serveApi } from '../testing/served.ts'

serveApi()
beforeEach(() => void witnessed.splice(0))

/** A person in the console. */
const inConsole = (who: string) => ({
  as: undefined,
  headers: {
    ...{ cookie: `session=${who}`, 'x-bailiwick-console': '1', origin },
    'sec-fetch-site': 'same-origin',
  },
})

const ids = ({ json }: { readonly json: { readonly items: readonly { id: string }[] } }) =>
  json.items.map(({ id }) => id)

describe('contexts', () => {
  test('a member sees their own, and those of agents that they answer for', async () => {
    const own = await ask('GET', '/flow/contexts', { as: 'member' })
    expect(ids(own)).toEqual(['x-3', 'x-2', 'x-1'])
    expect(own.json.items[1]).toMatchObject({
      ...{ subject: 'user:ann', actors: ['bot'], client: 'app', readUntrusted: true, mine: true },
      ...{ classes: ['personal'], answers: 3, used: expect.stringMatching(/Z$/) },
    })
    expect(own.json.items[1]).not.toHaveProperty('principal')
    expect(ids(await ask('GET', '/flow/contexts', { as: 'eve' }))).toEqual(['x-4'])
    expect((await ask('GET', '/flow/contexts/x-4', { as: 'member' })).status).toBe(404)
    expect((await ask('GET', '/flow/contexts/x-4/endorsements', { as: 'member' })).status).toBe(404)
  })

  test('a principal that cannot be read is nobody’s', async () => {
    const odd = ['user:ann', '["user"]', '["user","ann",1]', '{"0":"user"}', '["group","ann"]']
    atFlow.open = odd.map(
      (principal, at) => ({ ...atFlow.open[0], id: `o-${at}`, principal }) as never,
    )
    expect(ids(await ask('GET', '/flow/contexts', { as: 'member' }))).toEqual([])
    expect(ids(await ask('GET', '/flow/contexts', { as: 'runner' }))).toHaveLength(odd.length)
  })

  test('whoever looks after the gateway sees all, in pages, or only their own', async () => {
    const first = await ask('GET', '/flow/contexts?limit=3', { as: 'runner' })
    expect(ids(first)).toEqual(['x-4', 'x-3', 'x-2'])
    const rest = await ask('GET', `/flow/contexts?limit=3&cursor=${first.json.next}`)
    expect([ids(rest), rest.json.next]).toEqual([['x-1'], undefined])
    expect(ids(await ask('GET', '/flow/contexts?mine=true', { as: 'runner' }))).toEqual([])
    expect(ids(await ask('GET', '/flow/contexts?untrusted=false'))).toEqual(['x-3'])
    const bad = await ask('GET', '/flow/contexts?cursor=x-1')
    expect([bad.status, bad.json.code]).toEqual([400, 'params_invalid'])
  })

  test('a look has a tag, by which it is not sent twice', async () => {
    const { headers } = await ask('GET', '/flow/contexts/x-1')
    const tag = { 'if-none-match': String(headers.get('etag')) }
    const again = await fetch(`${origin}/admin/api/v1/flow/contexts/x-1`, {
      headers: { authorization: 'Bearer owner', ...tag },
    })
    expect(again.status).toBe(304)
  })
})

describe('a clean context', () => {
  test('is opened by whose it is, in the console', async () => {
    const { status, json } = await ask('POST', '/flow/contexts/x-2/end', {
      ...inConsole('member'),
      body: {},
    })
    expect([status, json]).toEqual([200, { ended: true }])
    expect(atFlow.asked).toEqual([['end', 'x-2', 'user:ann']])
    expect(witnessed).toEqual([])
  })

  test.each(['member', 'owner', 'operator', 'approver'])(
    'is not opened by a program with a token of %s, and the try is on record',
    async (as) => {
      const { status, json } = await ask('POST', '/flow/contexts/x-1/end', { as, body: {} })
      expect([status, json.code]).toEqual([403, 'person_required'])
      expect(atFlow.asked).toEqual([])
      expect(witnessed).toMatchObject([
        { event: 'flow.ended', outcome: 'refused', target: 'flow:x-1' },
      ])
    },
  )

  test.each(['robot', 'acted', 'agent'])('is never opened by an agent: %s', async (as) => {
    for (const id of ['x-1', 'x-3']) {
      const { status } = await ask('POST', `/flow/contexts/${id}/end`, { as, body: {} })
      expect([403, 404]).toContain(status)
      // Not even if something gave it a session.
      const asked = await ask('POST', `/flow/contexts/${id}/end`, { ...inConsole(as), body: {} })
      expect([403, 404]).toContain(asked.status)
      const { status: endorsed } = await ask('POST', `/flow/contexts/${id}/endorsements`, {
        as,
        body: { value: VOUCHED, reason: 'trust me' },
      })
      expect([403, 404]).toContain(endorsed)
    }
    expect(atFlow.asked).toEqual([])
  })

  test('of others is opened by who decides about approvals alone', async () => {
    const by = (who: string) =>
      ask('POST', '/flow/contexts/x-4/end', { ...inConsole(who), body: {} })
    for (const who of ['runner', 'auditor'])
      expect((await by(who)).json.code, who).toBe('role_insufficient')
    expect((await by('member')).status).toBe(404)
    expect(atFlow.asked).toEqual([])
    expect((await by('approver')).status).toBe(200)
    expect((await by('approver')).status).toBe(404)
  })
})

describe('what people vouch for', () => {
  const body = { value: VOUCHED, reason: 'she asked for it' }

  test('is vouched for in their name', async () => {
    const path = '/flow/contexts/x-1/endorsements'
    const { status, json } = await ask('POST', path, { ...inConsole('member'), body })
    expect(status).toBe(201)
    expect(json.endorsement).toMatchObject({ ...body, by: 'user:ann' })
    expect(atFlow.asked).toEqual([['endorse', 'x-1', VOUCHED, 'user:ann', body.reason]])
  })

  test.each([
    { value: VOUCHED },
    { reason: 'why' },
    { ...body, reason: '' },
    { ...body, value: '' },
    { ...body, value: 'a\u0000b' },
    { ...body, value: 'x'.repeat(2_049) },
    { ...body, by: 'user:eve' },
  ])('takes a value and a reason: %j', async (wrong) => {
    const path = '/flow/contexts/x-1/endorsements'
    expect((await ask('POST', path, { ...inConsole('member'), body: wrong })).status).toBe(400)
    expect([atFlow.asked, witnessed]).toEqual([[], []])
  })

  test('takes a person: a token is none', async () => {
    const asked = await ask('POST', '/flow/contexts/x-1/endorsements', { as: 'member', body })
    expect([asked.status, asked.json.code]).toEqual([403, 'person_required'])
    expect(atFlow.asked).toEqual([])
  })

  test('is read by whose it is, by who audits, on record, and by operators without the values', async () => {
    const path = '/flow/contexts/x-1/endorsements'
    expect((await ask('GET', path, { as: 'member' })).json.items).toMatchObject([
      { value: VOUCHED },
    ])
    expect(witnessed).toEqual([])
    const { json } = await ask('GET', path, { as: 'runner' })
    expect(json.items).toMatchObject([{ by: 'user:ann', reason: 'she asked for it' }])
    expect(JSON.stringify(json)).not.toContain(VOUCHED)
    expect((await ask('GET', path, { as: 'auditor' })).json.items[0].value).toBeUndefined()
    expect((await ask('GET', `${path}?bodies=true`, { as: 'runner' })).status).toBe(403)
    expect(witnessed).toEqual([])
    const read = await ask('GET', `${path}?bodies=true`, { as: 'auditor' })
    expect(read.json.items[0].value).toBe(VOUCHED)
    expect(witnessed).toMatchObject([{ event: 'record.revealed', target: 'flow:x-1' }])
  })
})
