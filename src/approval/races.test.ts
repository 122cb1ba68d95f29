import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallApproval } from '../kernel/access.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import type { OpenedApprovals } from './approval.ts'
import {
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  names,
} from './testing/fresh-approvals.ts'

describe.each(ENGINES)('at the same time on %s', (engine) => {
  let fresh: FreshApprovals
  let both: readonly OpenedApprovals[]
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
    both = [fresh, await fresh.replica()]
  })
  afterEach(() => fresh.remove())

  /** How often something happened, less what is witnessed to have failed. */
  const happened = (event: string) => {
    const all = names(fresh.events)
    return (
      all.filter((name) => name === event).length -
      all.filter((name) => name === `${event} (refused)`).length
    )
  }
  const times = <T>(count: number, make: (side: OpenedApprovals, index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(both[index % 2] ?? fresh, index))

  test('the same call makes one request', async () => {
    const found = await Promise.all(times(20, (side) => asked(side, call())))
    expect(new Set(found.map(({ id }) => id)).size).toBe(1)
    expect(await fresh.desk.pending()).toBe(1)
    expect(happened('approval.requested')).toBe(1)
  })

  test('different calls make no more requests than there is room for', async () => {
    const answers = await Promise.all(
      times(16, ({ approvals }, index) => approvals.ask(call({ arguments: { index } }))),
    )
    expect(answers.filter(({ kind }) => kind === 'pending')).toHaveLength(10)
    expect(await fresh.desk.pending()).toBe(10)
    expect(happened('approval.requested')).toBe(10)
    expect(names(fresh.events).filter((name) => name.startsWith('approval.flooded'))).toHaveLength(
      1,
    )
  })

  test('two who approve grant once', async () => {
    const pending = await asked(fresh, call())
    const answers = await Promise.allSettled(
      times(8, ({ desk }, index) =>
        desk.answer(pending.id, ballot(index % 4 < 2 ? 'bob' : 'cy', pending)),
      ),
    )
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true)
    for (const answer of answers)
      if (answer.status === 'rejected')
        expect(answer.reason).toMatchObject({ code: 'approval_over' })
    expect(await fresh.desk.find(pending.id)).toMatchObject({ state: 'approved' })
    expect(happened('approval.granted')).toBe(1)
    expect(fresh.news.filter(({ what }) => what === 'approved')).toHaveLength(1)
  })

  test('an approval is used once', async () => {
    const pending = await asked(fresh, call())
    await fresh.desk.answer(pending.id, ballot('bob', pending))
    const answer = await fresh.approvals.ask(call())
    const { approval } = answer as { approval: CallApproval }
    const used = await Promise.all(times(20, ({ approvals }) => approvals.use(call(), approval)))
    expect(used.filter((one) => one)).toHaveLength(1)
    expect(happened('approval.used')).toBe(1)
  })

  test('an approval and a refusal come to one of them', async () => {
    for (let round = 0; round < 5; round++) {
      const one = call({ access: { target: { ...call().access.target, name: `tool-${round}` } } })
      const pending = await asked(fresh, one)
      const settled = await Promise.allSettled([
        both[0]?.desk.answer(pending.id, ballot('bob', pending)),
        both[1]?.desk.answer(pending.id, ballot('cy', pending, { verdict: 'decline' })),
      ])
      const found = await fresh.desk.find(pending.id)
      expect(['approved', 'declined']).toContain(found?.state)
      const votes = found?.votes.map(({ verdict }) => verdict) ?? []
      // Whoever declined and was not refused has ended it.
      if (votes.includes('decline')) expect(found?.state).toBe('declined')
      expect(settled.some(({ status }) => status === 'fulfilled')).toBe(true)
    }
  })

  test('a refusal that comes while the grant is recorded counts', async () => {
    const pending = await asked(fresh, call())
    const no = ballot('cy', pending, { verdict: 'decline' })
    const slow = await fresh.replica({
      witness: async ({ event, outcome }) => {
        if (event !== 'approval.granted' || outcome !== 'done') return
        // The vote is kept, and whoever took it ends before anything comes of it.
        fresh.witness.broken = (one) => one.event === 'approval.declined'
        await expect(fresh.desk.answer(pending.id, no)).rejects.toThrow()
        fresh.witness.broken = false
      },
    })
    expect(await slow.desk.answer(pending.id, ballot('bob', pending))).toMatchObject({
      state: 'declined',
    })
  })

  test('of a withdrawal and a use one happens', async () => {
    const pending = await asked(fresh, call())
    await fresh.desk.answer(pending.id, ballot('bob', pending))
    const { approval } = (await fresh.approvals.ask(call())) as { approval: CallApproval }
    const [used, withdrawn] = await Promise.allSettled([
      both[0]?.approvals.use(call(), approval),
      both[1]?.desk.withdraw(pending.id, ballot('bob', pending).by),
    ])
    const wasUsed = used.status === 'fulfilled' && used.value === true
    expect(wasUsed).toBe(withdrawn.status === 'rejected')
    expect((await fresh.desk.find(pending.id))?.state).toBe(wasUsed ? 'used' : 'withdrawn')
  })

  test('votes of two replicas make a quorum', async () => {
    const pending = await asked(fresh, call({ lift: { quorum: 2 } }))
    await Promise.all([
      both[0]?.desk.answer(pending.id, ballot('bob', pending)),
      both[1]?.desk.answer(pending.id, ballot('cy', pending)),
    ])
    expect(await fresh.desk.find(pending.id)).toMatchObject({ state: 'approved' })
    expect(happened('approval.granted')).toBe(1)
  })
})
