import { beforeEach, describe, expect, test } from 'vitest'
import type { ApprovalPattern } from '../../kernel/approval-desk.ts'
import { atDesk, DIGEST, MARKED, request } from '../testing/desk.ts'
import { witnessed } from '../testing/records.ts'
import { ask, serveApi } from '../testing/served.ts'

serveApi()

/** In the console, as the person. */
const inConsole = (as: string) => ({
  as: undefined,
  headers: {
    cookie: `session=${as}`,
    'x-bailiwick-console': '1',
    'sec-fetch-site': 'same-origin',
  },
})

const PATTERN = {
  ...{ id: 'p-1', approval: 'a-1', subject: 'user:fay', client: 'app', server: 'pay' },
  ...{ target: 'send', fixed: { to: MARKED }, free: ['amount'], created: 1, expires: 2 },
  policy: `permit ${MARKED}`,
} as unknown as ApprovalPattern

beforeEach(() => {
  witnessed.length = 0
  atDesk.requests.push(request(), request({ id: 'a-2', requesters: ['ann'], subject: 'user:ann' }))
  atDesk.patterns.push(PATTERN)
})

const yes = { verdict: 'approve', digest: DIGEST }
const no = { verdict: 'decline', digest: DIGEST }

describe('who sees a request', () => {
  test.each<readonly [string, readonly string[]]>([
    ['owner', ['a-1', 'a-2']],
    ['auditor', ['a-1', 'a-2']],
    ['runner', ['a-1', 'a-2']],
    ['approver', ['a-1', 'a-2']],
    ['eve', ['a-1', 'a-2']],
    ['member', ['a-2']],
    ['demoted', ['a-1', 'a-2']],
  ])('in lists, and never what it carries: %s', async (as, ids) => {
    const { json } = await ask('GET', '/approvals', { as })
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(ids)
    expect(JSON.stringify(json)).not.toContain(MARKED)
  })

  test.each([
    ['owner', true],
    ['auditor', true],
    ['approver', true],
    ['eve', true],
    ['robot', true],
    ['runner', false],
  ])('in full: %s, %s', async (as, full) => {
    const { status, json } = await ask('GET', '/approvals/a-1', { as })
    expect(status).toBe(200)
    expect(JSON.stringify(json).includes(MARKED)).toBe(full)
    expect(json.approval.flow.values).toMatchObject([
      { origin: 'untrusted', ...(full ? { value: MARKED, sightings: [{ quote: MARKED }] } : {}) },
    ])
    expect(json.approval.withheld).toBe(full ? undefined : 'roles')
    if (!full) return
    expect(json.approval).toMatchObject({
      arguments: { to: MARKED },
      forwarded: { server: 'bank', target: 'wire', arguments: { to: MARKED } },
      determining: [{ policy: 'p', reason: 'large' }],
      votes: [{ comment: `about ${MARKED}`, evidence: { signature: MARKED } }],
    })
  })

  test('one’s own in full, somebody else’s not at all', async () => {
    expect((await ask('GET', '/approvals/a-2', { as: 'member' })).json).toMatchObject({
      mine: true,
      mayAnswer: false,
      approval: { arguments: { to: MARKED } },
    })
    for (const [method, path, body] of [
      ['GET', '/approvals/a-1', undefined],
      ['POST', '/approvals/a-1/answer', no],
      ['POST', '/approvals/a-1/withdraw', undefined],
      ['POST', '/approvals/a-1/preview', { pattern: { free: [], minutes: 5 } }],
    ] as const) {
      const unknown = await ask(method, path.replace('a-1', 'a-9'), { as: 'member', body })
      const foreign = await ask(method, path, { as: 'member', body })
      expect(foreign.json).toEqual(unknown.json)
      expect(foreign.status).toBe(404)
    }
    expect(atDesk.asked).toEqual([])
  })

  test('that is over: whoever was asked hears so, and who answered sees what it was', async () => {
    atDesk.requests[0] = request({ state: 'expired' })
    const { json } = await ask('POST', '/approvals/a-1/answer', { as: 'eve', body: no })
    expect(json.code).toBe('approval_over')
    expect((await ask('GET', '/approvals/a-1', { as: 'eve' })).json).toMatchObject({
      mayAnswer: false,
      approval: { withheld: 'roles' },
    })
    expect((await ask('GET', '/approvals/a-1', { as: 'member' })).status).toBe(404)
    const [first] = request().votes
    atDesk.requests[0] = request({ state: 'used', votes: [{ ...first, user: 'eve' }] as never })
    expect((await ask('GET', '/approvals/a-1', { as: 'eve' })).json).toMatchObject({
      approval: { arguments: { to: MARKED } },
    })
  })

  test('which stands on record before it is read by whom it does not concern', async () => {
    for (const as of ['approver', 'eve', 'runner']) await ask('GET', '/approvals/a-1', { as })
    await ask('GET', '/approvals/a-2', { as: 'member' })
    expect(witnessed).toEqual([])
    await ask('GET', '/approvals/a-1', { as: 'auditor' })
    expect(witnessed).toEqual([
      {
        ...{ event: 'record.revealed', outcome: 'done', subject: 'user:fay', target: 'c-1' },
        detail: { approval: 'a-1' },
        by: { subject: 'user:cid', client: 'console', grant: 'g-1' },
      },
    ])
  })

  test('when the call is no longer kept, as such', async () => {
    atDesk.requests.length = 0
    const { access: _, ...gone } = request()
    atDesk.requests.push(gone)
    const { json } = await ask('GET', '/approvals/a-1')
    expect(json.approval.withheld).toBe('kept')
    expect(json.approval.arguments).toBeUndefined()
  })
})

describe('who answers', () => {
  test('a person in the console approves, in their name and as they are', async () => {
    const body = { ...yes, comment: 'fine', pattern: { free: ['amount'], minutes: 30 } }
    const { status, json } = await ask('POST', '/approvals/a-1/answer', {
      ...inConsole('approver'),
      body,
    })
    expect(status).toBe(200)
    expect(JSON.stringify(json)).not.toContain(MARKED)
    expect(atDesk.asked).toEqual([
      [
        'answer',
        {
          ...{ verdict: 'approve', digest: DIGEST, comment: 'fine', channel: 'console' },
          user: { id: 'ben', groups: ['approvers'] },
          by: { subject: 'user:ben', client: 'console', grant: 'g-1' },
          pattern: { free: ['amount'], duration: 1_800_000 },
        },
      ],
    ])
  })

  test.each(['owner', 'approver', 'eve', 'operator', 'robot', 'auditor'])(
    'nobody approves with a token: %s',
    async (as) => {
      const { status, json } = await ask('POST', '/approvals/a-1/answer', { as, body: yes })
      expect([status, json.code]).toEqual([403, 'person_required'])
      const begun = await ask('POST', '/approvals/a-1/challenge', { as })
      expect([begun.status, begun.json.code]).toEqual([403, 'person_required'])
      expect(atDesk.asked).toEqual([])
      const attempt = {
        ...{ event: 'approval.refused', outcome: 'refused', subject: 'user:fay', client: 'app' },
        ...{ target: 'approval:a-1', by: { client: 'console' } },
        detail: { digest: DIGEST, why: 'person_required', channel: 'command-line' },
      }
      expect(witnessed).toMatchObject([attempt, attempt])
    },
  )

  test('a person declines with a token', async () => {
    const { status } = await ask('POST', '/approvals/a-1/answer', { as: 'approver', body: no })
    expect(status).toBe(200)
    expect(atDesk.asked).toMatchObject([
      ['answer', { verdict: 'decline', channel: 'command-line', user: { id: 'ben' } }],
    ])
  })

  test('an agent does not even decline, in whatever group it is', async () => {
    for (const as of ['robot', 'agent', 'issued', 'acted']) {
      const { status } = await ask('POST', '/approvals/a-1/answer', { as, body: no })
      expect(status).toBe(403)
    }
    expect((await ask('GET', '/approvals/a-1', { as: 'robot' })).json.mayAnswer).toBe(false)
    expect((await ask('GET', '/approvals/count', { as: 'robot' })).json.toAnswer).toBe(0)
    expect(atDesk.asked).toEqual([])
  })

  test('what was seen is named by its digest, and nothing more comes along', async () => {
    for (const body of [
      { verdict: 'approve' },
      { ...yes, digest: 'x' },
      { ...yes, user: { id: 'eve' } },
      { ...yes, channel: 'chat' },
      { ...yes, pattern: { free: [], minutes: 100_000 } },
      { ...yes, pattern: { free: [], duration: 1 } },
    ]) {
      const { status } = await ask('POST', '/approvals/a-1/answer', {
        ...inConsole('approver'),
        body,
      })
      expect(status).toBe(400)
    }
    expect(atDesk.asked).toEqual([])
  })

  test('a passkey signs what is asked, with the pattern', async () => {
    const body = { pattern: { free: ['amount'], minutes: 5 } }
    const begun = await ask('POST', '/approvals/a-1/challenge', { ...inConsole('eve'), body })
    expect(begun.json).toEqual({ options: { challenge: 'x' } })
    expect(atDesk.asked).toEqual([
      ['challenge', { id: 'eve', groups: ['staff'] }, { free: ['amount'], duration: 300_000 }],
    ])
  })

  test('the policy of a pattern is for whoever may see the call', async () => {
    const body = { pattern: { free: [], minutes: 5 } }
    const seen = await ask('POST', '/approvals/a-1/preview', { as: 'eve', body })
    expect(seen.json.policy).toContain(MARKED)
    const refused = await ask('POST', '/approvals/a-1/preview', { as: 'runner', body })
    expect([refused.status, refused.json.code]).toEqual([403, 'role_insufficient'])
  })
})

describe('what can be taken back', () => {
  test('a request: by whose it is, and by whoever decides', async () => {
    const withdraw = (as: string, id: string) => ask('POST', `/approvals/${id}/withdraw`, { as })
    expect((await withdraw('member', 'a-2')).status).toBe(200)
    expect((await withdraw('approver', 'a-1')).status).toBe(200)
    for (const as of ['runner', 'auditor', 'eve']) {
      const { status, json } = await withdraw(as, 'a-1')
      expect([status, json.code]).toEqual([403, 'role_insufficient'])
    }
    expect(atDesk.asked).toHaveLength(2)
  })

  test('a pattern: by whose calls it covers, and by whoever decides', async () => {
    atDesk.patterns.push({ ...PATTERN, id: 'p-2', subject: 'user:ann' })
    const revoke = (as: string, id: string) =>
      ask('POST', `/approval-patterns/${id}/revoke`, { as })
    expect((await revoke('member', 'p-2')).status).toBe(200)
    expect((await revoke('approver', 'p-1')).status).toBe(200)
    for (const as of ['member', 'runner', 'eve']) expect((await revoke(as, 'p-1')).status).toBe(404)
    expect(atDesk.asked).toHaveLength(2)
  })

  test.each([
    ['owner', 1, true],
    ['auditor', 1, true],
    ['approver', 1, true],
    ['runner', 1, false],
    ['member', 0, false],
  ])('patterns are shown as requests are: %s', async (as, count, full) => {
    const { json } = await ask('GET', '/approval-patterns', { as })
    expect(json.items).toHaveLength(count)
    expect(JSON.stringify(json).includes(MARKED)).toBe(full)
  })
})

test('what waits is counted: for oneself, and in all for whoever may look', async () => {
  const counted = async (as: string) => (await ask('GET', '/approvals/count', { as })).json
  expect(await counted('eve')).toEqual({ toAnswer: 2 })
  expect(await counted('owner')).toEqual({ toAnswer: 0, all: 2 })
  expect(await counted('member')).toEqual({ toAnswer: 0 })
  expect(await counted('robot')).toMatchObject({ toAnswer: 0 })
})

test('who has answered is not asked any more, who may not answer never was', async () => {
  const waiting = async (as: string) => {
    const { json } = await ask('GET', '/approvals', { as })
    const items: readonly { readonly id: string; readonly waitsForYou: boolean }[] = json.items
    return items.filter(({ waitsForYou }) => waitsForYou).map(({ id }) => id)
  }
  expect(await waiting('approver')).toEqual([])
  atDesk.requests.push(request({ id: 'a-3', votes: [] }))
  expect(await waiting('approver')).toEqual(['a-3'])
  expect((await ask('GET', '/approvals/count', { as: 'approver' })).json.toAnswer).toBe(1)
  expect(await waiting('eve')).toEqual(['a-1', 'a-2', 'a-3'])
  for (const as of ['owner', 'member', 'robot']) expect(await waiting(as)).toEqual([])
})
