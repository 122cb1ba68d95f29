import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApprovalBallot } from '../kernel/approval-desk.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  agent,
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  LIFT,
  MINUTE,
  names,
  START,
} from './testing/fresh-approvals.ts'

const person = (id: string, groups: readonly string[] = []) => ({ id: id as SubjectId, groups })

describe.each(ENGINES)('the desk on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  /** What is thrown when this answer is given to a new request; nothing is changed by it. */
  async function refused(
    shape: Parameters<typeof call>[0],
    user: string,
    more: Partial<ApprovalBallot> = {},
  ) {
    const pending = await asked(fresh, call(shape))
    const answer = fresh.desk.answer(pending.id, ballot(user, pending, more))
    const error = await answer.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(await fresh.desk.find(pending.id)).toMatchObject({ state: 'pending', votes: [] })
    return { error, event: fresh.events.at(-1) }
  }

  test.each([
    ['the user', { lift: { approvers: ['group:ops', 'user:ada'] } }, 'ada', 'own-call'],
    ['who answers for an agent that calls', { subject: agent('build') }, 'ada', 'own-call'],
    [
      'who answers for an agent that acts',
      { subject: { id: 'eve' as SubjectId, actors: ['build' as SubjectId] } },
      'ada',
      'own-call',
    ],
    ['who is in no named group', {}, 'dee', 'not-approver'],
    ['who is unknown', { lift: { approvers: ['user:nobody'] } }, 'nobody', 'not-approver'],
  ] as const)('%s may not answer', async (_, shape, user, why) => {
    fresh.people.users['ada'] = ['ops']
    for (const verdict of ['approve', 'decline'] as const) {
      const { error, event } = await refused(shape, user, { verdict })
      expect(error).toMatchObject({ code: 'approver_refused' })
      expect(event).toMatchObject({
        event: 'approval.refused',
        outcome: 'refused',
        by: { subject: `user:${user}` },
        detail: { why, verdict },
      })
    }
  })

  test('who is disabled may not answer, nor does what they answered before count', async () => {
    const { desk, people } = fresh
    const pending = await asked(fresh, call({ lift: { quorum: 2 } }))
    await desk.answer(pending.id, ballot('bob', pending))
    people.disabled.add('bob')
    expect(await desk.answer(pending.id, ballot('cy', pending))).toMatchObject({
      state: 'pending',
    })
    const { error } = await refused({ arguments: {} }, 'bob')
    expect(error).toMatchObject({ code: 'approver_refused' })
  })

  test('what a person says of their groups does not count', async () => {
    const { error } = await refused({}, 'dee', { user: person('dee', ['ops']) })
    expect(error).toMatchObject({
      code: 'approver_refused',
      message: 'you are not among those who may answer this',
    })
  })

  test.each([
    ['a dialog of a client', { channel: 'client' }],
    ['a command line', { channel: 'command-line' }],
    ['somebody else', { by: { subject: 'user:cy', client: 'x', grant: '' } }],
    ['an agent of the same name', { by: { subject: 'agent:bob', client: 'x', grant: '' } }],
  ] as const)('%s does not approve for a person', async (_, more) => {
    const { error } = await refused({}, 'bob', more)
    expect(error).toMatchObject({ code: 'approver_refused' })
  })

  test('an answer to something else is refused', async () => {
    const { error, event } = await refused({}, 'bob', { digest: 'f'.repeat(64) })
    expect(error).toMatchObject({ code: 'version_conflict', message: 'this is not what was asked' })
    expect(event).toMatchObject({ event: 'approval.refused', detail: { why: 'version_conflict' } })
    await expect(fresh.desk.answer('none', ballot('bob', { digest: '' }))).rejects.toMatchObject({
      code: 'item_unknown',
    })
  })

  test('a command line may decline, a chat may approve', async () => {
    const { desk } = fresh
    const one = await asked(fresh, call())
    const no = ballot('bob', one, { verdict: 'decline', channel: 'command-line' })
    expect(await desk.answer(one.id, no)).toMatchObject({ state: 'declined' })
    const other = await asked(fresh, call({ arguments: {} }))
    expect(await desk.answer(other.id, ballot('cy', other, { channel: 'chat' }))).toMatchObject({
      state: 'approved',
      votes: [{ channel: 'chat', assurance: 'session' }],
    })
  })

  test('`self` is the user, or who answers for the agent that calls', async () => {
    const { desk } = fresh
    const lift = { approvers: ['self'] }
    const own = await asked(fresh, call({ lift }))
    expect(await desk.answer(own.id, ballot('ada', own))).toMatchObject({
      state: 'approved',
      self: 'ada',
      votes: [{ standsFor: 'self' }],
    })
    const agents = await asked(fresh, call({ lift, subject: agent('build') }))
    expect(await desk.answer(agents.id, ballot('ada', agents))).toMatchObject({ state: 'approved' })
    const unowned = await asked(fresh, call({ lift, subject: agent('stray') }))
    await expect(desk.answer(unowned.id, ballot('ada', unowned))).rejects.toMatchObject({
      code: 'approver_refused',
    })
  })

  test('whoever came to answer for the agent since may not approve its call', async () => {
    const { desk, people } = fresh
    const pending = await asked(fresh, call({ subject: agent('build') }))
    people.agents['build'] = 'bob'
    await expect(desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject({
      message: 'nobody approves their own call, nor one of their agent',
    })
  })

  test('two of a quorum are different people', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call({ lift: { quorum: 2 } }))
    for (let time = 0; time < 3; time++)
      expect(await desk.answer(pending.id, ballot('bob', pending))).toMatchObject({
        state: 'pending',
        votes: [{ user: 'bob' }],
      })
    expect(names(fresh.events)).toEqual(['approval.requested', 'approval.voted'])
    expect(await desk.answer(pending.id, ballot('cy', pending))).toMatchObject({
      state: 'approved',
    })
    expect(fresh.events.at(-1)).toMatchObject({
      event: 'approval.granted',
      detail: { by: { bob: 'group:ops', cy: 'group:ops' } },
    })
  })

  test('each group is stood for by another person', async () => {
    const { desk, people } = fresh
    people.users['bob'] = ['finance', 'ops']
    const lift = { approvers: ['group:finance', 'group:ops'], each: true }
    const pending = await asked(fresh, call({ lift }))
    expect(await desk.answer(pending.id, ballot('bob', pending))).toMatchObject({
      state: 'pending',
    })
    const summary = await desk.answer(pending.id, ballot('dee', pending))
    expect(summary.state).toBe('approved')
    expect(Object.fromEntries(summary.votes.map((vote) => [vote.user, vote.standsFor]))).toEqual({
      bob: 'group:ops',
      dee: 'group:finance',
    })
  })

  test('who left the group before the last vote does not count', async () => {
    const { desk, people } = fresh
    const pending = await asked(fresh, call({ lift: { quorum: 2 } }))
    await desk.answer(pending.id, ballot('bob', pending))
    people.users['bob'] = []
    expect(await desk.answer(pending.id, ballot('cy', pending))).toMatchObject({ state: 'pending' })
    people.users['eve'] = ['ops']
    expect(await desk.answer(pending.id, ballot('eve', pending))).toMatchObject({
      state: 'approved',
    })
  })

  test('one refusal ends it, also of whoever approved before', async () => {
    const { desk } = fresh
    const pending = await asked(fresh, call({ lift: { quorum: 2 } }))
    await desk.answer(pending.id, ballot('bob', pending))
    const no = ballot('bob', pending, { verdict: 'decline', comment: 'not\nthis\u202e one' })
    expect(await desk.answer(pending.id, no)).toMatchObject({
      state: 'declined',
      votes: [{ user: 'bob', verdict: 'decline', comment: 'not this one' }],
    })
    // The same answer again is no error; another one comes too late.
    expect(await desk.answer(pending.id, no)).toMatchObject({ state: 'declined' })
    for (const user of ['bob', 'cy'])
      await expect(desk.answer(pending.id, ballot(user, pending))).rejects.toMatchObject({
        code: 'approval_over',
        message: 'this request is over: it is declined',
      })
    expect(fresh.events.at(-1)).toMatchObject({
      event: 'approval.refused',
      detail: { why: 'approval_over' },
    })
  })

  test('a request, and an answer that was not used, can be taken back', async () => {
    const { desk, approvals } = fresh
    const { by } = ballot('ada', { digest: '' })
    const pending = await asked(fresh, call())
    expect(await desk.withdraw(pending.id, by)).toMatchObject({ state: 'withdrawn' })
    await expect(desk.withdraw(pending.id, by)).rejects.toMatchObject({ code: 'approval_over' })
    await expect(desk.withdraw('none', by)).rejects.toMatchObject({ code: 'item_unknown' })
    const next = await asked(fresh, call())
    await desk.answer(next.id, ballot('bob', next))
    const answer = await approvals.ask(call())
    await desk.withdraw(next.id, by)
    expect(answer.kind === 'granted' && (await approvals.use(call(), answer.approval))).toBe(false)
    expect(fresh.events).toContainEqual(
      expect.objectContaining({ event: 'approval.withdrawn', outcome: 'done', by }),
    )
  })

  test('shows everything that will happen, and what happened before', async () => {
    const { desk } = fresh
    const before = [
      ['approve', 1],
      ['decline', 2],
    ] as const
    for (const [verdict, index] of before) {
      const pending = await asked(fresh, call({ arguments: { index } }))
      await desk.answer(pending.id, ballot('bob', pending, { verdict }))
    }
    await asked(fresh, call({ arguments: { index: 3 } }))
    fresh.clock.now += 60 * MINUTE
    const one = call({ forwarded: { server: 'disk', target: 'w', arguments: { a: [1] } } })
    const pending = await asked(fresh, one)
    const found = await desk.find(pending.id)
    expect(found).toMatchObject({
      state: 'pending',
      subject: 'user:ada',
      requesters: ['ada'],
      lift: LIFT,
      created: START + 60 * MINUTE,
      policies: one.policies,
      similar: { approved: 1, declined: 1, expired: 1 },
      mayBeFree: [],
    })
    expect(found?.access).toEqual(one.access)
    expect(found?.denial).toEqual(one.denial)
    expect(found?.forwarded).toEqual(one.forwarded)
    expect(await desk.find('none')).toBeUndefined()
  })

  test('keeps what calls carry where only the key opens it', async () => {
    const pending = await asked(fresh, call({ arguments: { path: 'the-very-path' } }))
    const { db } = fresh.store
    expect(JSON.stringify(await db.selectFrom('approval').selectAll().execute())).not.toContain(
      'the-very-path',
    )
    const other = await asked(fresh, call({ arguments: {} }))
    const { request } = await db
      .selectFrom('approval')
      .select('request')
      .where('id', '=', other.id)
      .executeTakeFirstOrThrow()
    await db.updateTable('approval').set({ request }).where('id', '=', pending.id).execute()
    await expect(fresh.desk.find(pending.id)).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(fresh.desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })

  test('says who may answer', async () => {
    const { desk, clock } = fresh
    const pending = await asked(fresh, call())
    const { items } = await desk.list({})
    const [summary] = items
    if (summary === undefined) throw new Error('nothing is listed')
    expect(desk.mayAnswer(summary, person('bob', ['ops']))).toEqual({ may: true })
    expect(desk.mayAnswer(summary, person('bob'))).toMatchObject({ may: false })
    expect(desk.mayAnswer(summary, person('ada', ['ops']))).toEqual({
      may: false,
      why: 'nobody approves their own call, nor one of their agent',
    })
    clock.now = pending.expires
    expect(desk.mayAnswer(summary, person('bob', ['ops']))).toEqual({
      may: false,
      why: 'this request is over',
    })
  })

  test('lists newest first, by page, by state, and what is one’s own', async () => {
    const { desk, clock } = fresh
    const ids: string[] = []
    for (let index = 0; index < 7; index++) {
      ids.unshift((await asked(fresh, call({ arguments: { index } }))).id)
      clock.now += index % 2
    }
    const found: string[] = []
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await desk.list({ limit: 3, ...(cursor ? { cursor } : {}) })
      found.push(...items.map(({ id }) => id))
      cursor = next
      if (next === undefined) break
    }
    expect(found.toSorted()).toEqual(ids.toSorted())
    const pending = await asked(fresh, call({ arguments: { index: 0 } }))
    await desk.answer(pending.id, ballot('bob', pending))
    const listed = async (query: Parameters<typeof desk.list>[0]) =>
      (await desk.list(query)).items.length
    expect(await listed({ state: 'approved' })).toBe(1)
    expect(await listed({ state: 'pending' })).toBe(6)
    expect(await desk.pending()).toBe(6)
    expect(await listed({ server: 'files' })).toBe(7)
    expect(await listed({ server: 'mail' })).toBe(0)
    expect(await listed({ mine: person('ada') })).toBe(7)
    expect(await listed({ mine: person('bob', ['ops']) })).toBe(7)
    expect(await listed({ mine: person('eve', ['op', 'o%', '_ps', 'OPS', 'approval']) })).toBe(0)
    clock.now += 60 * MINUTE
    expect(await listed({ state: 'expired' })).toBe(7)
    expect(await listed({ state: 'pending' })).toBe(0)
    expect(await desk.pending()).toBe(0)
    for (const cursor of ['x', Buffer.from('[1,"a\\u0000"]').toString('base64url')])
      await expect(desk.list({ cursor })).rejects.toMatchObject({ code: 'params_invalid' })
    await expect(desk.list({ limit: 0 })).rejects.toMatchObject({ code: 'params_invalid' })
  })

  test('one page of one’s own looks at so many requests of others, and goes on from there', async () => {
    const { desk, store } = fresh
    const own = await asked(fresh, call())
    const row = await store.db.selectFrom('approval').selectAll().executeTakeFirstOrThrow()
    const strange = { subject: 'user:zoe', requesters: '["zoe"]', lift: '{"approvers":[]}' }
    for (let start = 0; start < 2_500; start += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => {
        const id = `other-${start + index}`
        return { ...row, ...strange, state: 'used', id, call_key: id, created: row.created + 1 }
      })
      await store.db.insertInto('approval').values(rows).execute()
    }
    const mine = person('ada')
    const first = await desk.list({ mine })
    expect(first).toEqual({ items: [], next: expect.any(String) })
    const second = await desk.list({ mine, cursor: String(first.next) })
    expect(second).toMatchObject({ items: [{ id: own.id }] })
    expect(second.next).toBeUndefined()
    // What waits is found at once.
    expect(await desk.list({ mine, state: 'pending' })).toMatchObject({ items: [{ id: own.id }] })
  })

  test('tells its news, whatever becomes of them', async () => {
    const deaf = await fresh.replica({
      onNews: () => {
        throw new Error('nobody listens')
      },
    })
    const pending = await asked(deaf, call())
    expect(await deaf.desk.answer(pending.id, ballot('bob', pending))).toMatchObject({
      state: 'approved',
    })
  })
})
