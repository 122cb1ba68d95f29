import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallApproval } from '../kernel/access.ts'
import type { ApprovalAnswer } from '../kernel/approval.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  agent,
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  MINUTE,
  names,
  START,
} from './testing/fresh-approvals.ts'

const NEVER = new AbortController().signal

function granted(answer: ApprovalAnswer): CallApproval {
  if (answer.kind !== 'granted') throw new Error(`it is ${JSON.stringify(answer)}`)
  return answer.approval
}

describe.each(ENGINES)('approvals on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  test('a call is asked for, approved by another, and used once', async () => {
    const { approvals, desk, events, news } = fresh
    const one = call()
    const pending = await asked(fresh, one)
    expect(pending).toMatchObject({ expires: START + 60 * MINUTE, byClient: false })
    expect(await asked(fresh, { ...one, call: 'again' })).toEqual(pending)
    const summary = await desk.answer(pending.id, ballot('bob', pending))
    expect(summary).toMatchObject({
      state: 'approved',
      expires: START + 10 * MINUTE,
      votes: [{ user: 'bob', verdict: 'approve', standsFor: 'group:ops', assurance: 'session' }],
    })
    const approval = granted(await approvals.ask(one))
    expect(approval).toEqual({ id: pending.id, kind: 'once', digest: pending.digest, by: ['bob'] })
    expect(await approvals.use(one, approval)).toBe(true)
    expect(await approvals.use(one, approval)).toBe(false)
    expect(await desk.find(pending.id)).toMatchObject({ state: 'used', usedBy: one.call })
    expect(names(events)).toEqual([
      'approval.requested',
      'approval.voted',
      'approval.granted',
      'approval.used',
      'approval.refused (refused)',
    ])
    expect(
      events.every(
        ({ subject, target }) => subject === 'user:ada' && target === `approval:${pending.id}`,
      ),
    ).toBe(true)
    expect(news.map(({ what }) => what)).toEqual(['requested', 'voted', 'approved', 'used'])
    // What was used is used: the same call again asks again.
    expect((await asked(fresh, one)).id).not.toBe(pending.id)
  })

  test('what was declined stays declined for a while, for this call alone', async () => {
    const { approvals, desk, clock } = fresh
    const pending = await asked(fresh, call())
    await desk.answer(pending.id, ballot('bob', pending, { verdict: 'decline' }))
    clock.now += MINUTE
    expect(await approvals.ask(call())).toEqual({
      kind: 'refused',
      why: 'declined',
      message: 'the call was declined',
      id: pending.id,
      retryAfter: 9 * MINUTE,
    })
    await asked(fresh, call({ arguments: { path: '/srv/b', text: 'x' } }))
    clock.now += 9 * MINUTE
    expect((await asked(fresh, call())).id).not.toBe(pending.id)
  })

  test('nobody answers in time: a denial, witnessed once', async () => {
    const { approvals, desk, clock, events } = fresh
    const other = await fresh.replica()
    const pending = await asked(fresh, call())
    clock.now += 60 * MINUTE
    const answers = await Promise.all(
      [approvals, other.approvals].map((one) => one.wait(call(), pending.id, 0, NEVER)),
    )
    for (const answer of answers)
      expect(answer).toMatchObject({
        kind: 'refused',
        why: 'expired',
        message: 'nobody answered in time',
      })
    await expect(desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject({
      code: 'approval_over',
      message: 'this request is over: it is expired',
    })
    expect(names(events).filter((name) => name.startsWith('approval.expired'))).toHaveLength(1)
    expect((await asked(fresh, call())).id).not.toBe(pending.id)
  })

  test('an approval that is not used in time is over', async () => {
    const { approvals, desk, clock } = fresh
    const pending = await asked(fresh, call())
    await desk.answer(pending.id, ballot('bob', pending))
    const approval = granted(await approvals.ask(call()))
    clock.now += 10 * MINUTE
    expect(await approvals.use(call(), approval)).toBe(false)
    expect(fresh.events.at(-1)).toMatchObject({
      event: 'approval.refused',
      detail: { why: 'over' },
    })
    expect(names(fresh.events)).not.toContain('approval.used')
    expect(await approvals.wait(call(), pending.id, 0, NEVER)).toMatchObject({
      why: 'expired',
      message: 'the approval was not used in time',
    })
  })

  test('time that goes by while a step is recorded counts', async () => {
    const { approvals, desk, clock, witness } = fresh
    const late = (step: string, by: number) => {
      witness.broken = ({ event, outcome }) => {
        if (event === step && outcome === 'done') clock.now += by
        return false
      }
    }
    const pending = await asked(fresh, call())
    late('approval.voted', 60 * MINUTE)
    await expect(desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject({
      code: 'approval_over',
    })
    const next = await asked(fresh, call())
    late('approval.granted', 60 * MINUTE)
    expect(await desk.answer(next.id, ballot('bob', next))).toMatchObject({ state: 'expired' })
    witness.broken = false
    const last = await asked(fresh, call())
    await desk.answer(last.id, ballot('bob', last))
    const approval = granted(await approvals.ask(call()))
    late('approval.used', 10 * MINUTE)
    expect(await approvals.use(call(), approval)).toBe(false)
    expect(await desk.find(last.id)).toMatchObject({ state: 'expired' })
    expect(names(fresh.events)).toContain('approval.used (refused)')
  })

  test.each([
    ['the definition', { definition: undefined }],
    ['the policies', { policies: 'policies-2' }],
    ['who may answer', { lift: { approvers: ['group:finance'] } }],
    ['what leaves', { forwarded: { server: 'disk', target: 'w', arguments: {} } }],
  ])('%s changed in between: void, and asked anew', async (_, change) => {
    const { approvals, desk, events } = fresh
    const pending = await asked(fresh, call())
    await desk.answer(pending.id, ballot('bob', pending))
    const approval = granted(await approvals.ask(call()))
    expect(await approvals.use(call(change), approval)).toBe(false)
    expect(await desk.find(pending.id)).toMatchObject({ state: 'void' })
    expect(await approvals.use(call(), approval)).toBe(false)
    expect((await asked(fresh, call(change))).id).not.toBe(pending.id)
    expect(names(events)).toContain('approval.void')
    expect(names(events)).not.toContain('approval.used')
  })

  test('who waits is told at once, and by another replica soon', async () => {
    const other = await fresh.replica()
    const pending = await asked(fresh, call())
    const waiting = [fresh, other].map(({ approvals }) =>
      approvals.wait(call(), pending.id, 60_000, NEVER),
    )
    await fresh.desk.answer(pending.id, ballot('bob', pending))
    for (const answer of await Promise.all(waiting))
      expect(answer).toMatchObject({ kind: 'granted' })
  })

  test('who waits no longer hears that it still waits', async () => {
    const { approvals } = fresh
    const pending = await asked(fresh, call())
    const leaving = new AbortController()
    const waiting = approvals.wait(call(), pending.id, 60_000, leaving.signal)
    leaving.abort()
    expect(await waiting).toMatchObject({ kind: 'pending', approval: { id: pending.id } })
    expect(await approvals.wait(call(), pending.id, 1, NEVER)).toMatchObject({ kind: 'pending' })
  })

  test('nobody waits for a request of others, nor for one of another call', async () => {
    const { approvals, events } = fresh
    const pending = await asked(fresh, call())
    const theirs = [
      call({ subject: { id: 'bob' as SubjectId } }),
      call({ arguments: { path: '/srv/b', text: 'x' } }),
      call({ subject: { actors: ['build' as SubjectId] } }),
    ]
    for (const one of theirs)
      expect(await approvals.wait(one, pending.id, 60_000, NEVER)).toMatchObject({
        kind: 'refused',
        message: 'there is no such request for approval of this call',
      })
    expect(names(events).filter((name) => name === 'approval.refused (refused)')).toHaveLength(3)
    expect(await approvals.wait(call(), 'none', 60_000, NEVER)).toMatchObject({ kind: 'refused' })
  })

  test('the dialog of a client counts where the policy says so, for the person in front of it', async () => {
    const { approvals, events } = fresh
    const lift = { approvers: ['self'], assurance: 'client' } as const
    const pending = await asked(fresh, call({ lift }))
    expect(pending.byClient).toBe(true)
    const answer = await approvals.answeredByClient(call({ lift }), pending.id, 'approve')
    expect(granted(answer)).toMatchObject({ by: ['ada'] })
    expect(events[1]).toMatchObject({
      event: 'approval.voted',
      by: { subject: 'user:ada' },
      detail: { assurance: 'client', channel: 'client', standsFor: 'self' },
    })
  })

  test('the dialog of a client can decline', async () => {
    const { approvals } = fresh
    const lift = { approvers: ['self'], assurance: 'client' } as const
    const pending = await asked(fresh, call({ lift }))
    expect(await approvals.answeredByClient(call({ lift }), pending.id, 'decline')).toMatchObject({
      why: 'declined',
    })
  })

  test.each([
    ['the policy asks for a session', { lift: { approvers: ['self'] } }],
    ['the policy names others', { lift: { assurance: 'client' } }],
    ['two people are needed', { lift: { approvers: ['self'], assurance: 'client', quorum: 2 } }],
    [
      'others are needed too',
      { lift: { approvers: ['self', 'group:ops'], assurance: 'client', each: true } },
    ],
    [
      'an agent acts for the user',
      {
        lift: { approvers: ['self'], assurance: 'client' },
        subject: { actors: ['build' as SubjectId] },
      },
    ],
    [
      'an agent calls',
      { lift: { approvers: ['self'], assurance: 'client' }, subject: agent('build') },
    ],
    [
      'nobody logged in',
      { lift: { approvers: ['self'], assurance: 'client' }, subject: { via: 'operator' } },
    ],
  ] as const)('the dialog of a client does not count where %s', async (_, shape) => {
    const { approvals, desk, events } = fresh
    const pending = await asked(fresh, call(shape))
    expect(pending.byClient).toBe(false)
    expect(await approvals.answeredByClient(call(shape), pending.id, 'approve')).toMatchObject({
      kind: 'pending',
    })
    expect((await desk.find(pending.id))?.votes).toEqual([])
    expect(events.at(-1)).toMatchObject({
      event: 'approval.refused',
      detail: { why: 'a dialog of the client is not enough' },
    })
  })

  test('a witness that fails stops every step', async () => {
    const { approvals, desk, witness, clock } = fresh
    const fails = { code: 'store_unavailable' }
    witness.broken = true
    await expect(approvals.ask(call())).rejects.toMatchObject(fails)
    expect(await desk.pending()).toBe(0)
    witness.broken = false
    const pending = await asked(fresh, call())
    const state = async () => (await desk.find(pending.id))?.state
    witness.broken = true
    await expect(desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject(fails)
    await expect(desk.withdraw(pending.id, ballot('bob', pending).by)).rejects.toMatchObject(fails)
    expect((await desk.find(pending.id))?.votes).toEqual([])
    witness.broken = ({ event }) => event === 'approval.granted'
    await expect(desk.answer(pending.id, ballot('bob', pending))).rejects.toMatchObject(fails)
    expect(await state()).toBe('pending')
    witness.broken = false
    // The same answer again goes on where it failed.
    expect(await desk.answer(pending.id, ballot('bob', pending))).toMatchObject({
      state: 'approved',
    })
    const approval = granted(await approvals.ask(call()))
    witness.broken = true
    await expect(approvals.use(call(), approval)).rejects.toMatchObject(fails)
    await expect(approvals.ask(call({ policies: 'policies-2' }))).rejects.toMatchObject(fails)
    expect(await state()).toBe('approved')
    clock.now += 10 * MINUTE
    await expect(approvals.wait(call(), pending.id, 0, NEVER)).rejects.toMatchObject(fails)
  })
})
