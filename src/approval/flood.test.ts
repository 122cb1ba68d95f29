import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { pauseEnd } from './flood.ts'
import {
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  MINUTE,
  names,
} from './testing/fresh-approvals.ts'

test('a pause begins with the last of so many declines within a window', () => {
  const property = fc.property(
    fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }),
    fc.integer({ min: 1, max: 4 }),
    (declines, most) => {
      const window = 10
      const ends = declines.filter(
        (at) => declines.filter((one) => one <= at && one >= at - window).length >= most,
      )
      const expected = ends.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...ends) + window
      expect(pauseEnd(declines, { declines: most, window })).toBe(expected)
    },
  )
  fc.assert(property, { numRuns: 3_000 })
})

describe.each(ENGINES)('who asks too much on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  const numbered = (index: number, more: Parameters<typeof call>[0] = {}) =>
    call({ arguments: { index }, ...more })
  const floods = () => fresh.events.filter(({ event }) => event === 'approval.flooded')
  async function declined(index: number, more: Parameters<typeof call>[0] = {}) {
    const pending = await asked(fresh, numbered(index, more))
    await fresh.desk.answer(pending.id, ballot('bob', pending, { verdict: 'decline' }))
  }

  test('has ten requests waiting, and is witnessed once', async () => {
    const { approvals, clock, desk } = fresh
    for (let index = 0; index < 10; index++) {
      await asked(fresh, numbered(index))
      clock.now += 1_000
    }
    const refusal = {
      kind: 'refused',
      why: 'flooded',
      message: 'too many requests for approval wait already; nobody was asked',
      retryAfter: 60 * MINUTE - 10_000,
    }
    for (let index = 10; index < 15; index++)
      expect(await approvals.ask(numbered(index))).toEqual(refusal)
    expect(floods()).toMatchObject([
      { outcome: 'refused', subject: 'user:ada', detail: { why: 'pending' } },
    ])
    expect(await desk.pending()).toBe(10)
    // What waits is found again, and others are asked for.
    await asked(fresh, numbered(3))
    await asked(fresh, numbered(10, { subject: { id: 'eve' as SubjectId } }))
    await asked(
      fresh,
      numbered(10, { access: { authorization: { ...OPERATOR_AUTHORIZATION, client: 'other' } } }),
    )
    const pending = await asked(fresh, numbered(0))
    await desk.answer(pending.id, ballot('bob', pending))
    await asked(fresh, numbered(10))
  })

  test('asks thirty times in ten minutes', async () => {
    const { approvals, clock, desk } = fresh
    for (let index = 0; index < 30; index++) {
      const pending = await asked(fresh, numbered(index))
      await desk.answer(pending.id, ballot('bob', pending))
      clock.now += 1_000
    }
    expect(await approvals.ask(numbered(30))).toMatchObject({
      why: 'flooded',
      message: 'too many requests for approval in a short time; nobody was asked',
      retryAfter: 10 * MINUTE - 30_000,
    })
    clock.now += 10 * MINUTE - 30_000
    await asked(fresh, numbered(30))
    expect(floods()).toHaveLength(1)
  })

  test('is declined three times for one tool', async () => {
    const { approvals, clock } = fresh
    for (let index = 0; index < 3; index++) await declined(index)
    clock.now += MINUTE
    expect(await approvals.ask(numbered(3))).toMatchObject({
      why: 'flooded',
      message: 'calls of this tool were declined several times; nobody was asked again',
      retryAfter: 9 * MINUTE,
    })
    const { target } = call().access
    await asked(fresh, numbered(3, { access: { target: { ...target, name: 'delete' } } }))
    await asked(fresh, numbered(3, { subject: { id: 'eve' as SubjectId } }))
    clock.now += 9 * MINUTE
    await asked(fresh, numbered(3))
    expect(names(floods())).toEqual(['approval.flooded (refused)'])
  })

  test('a refusal that fails to be witnessed is one all the same', async () => {
    const { approvals, witness, desk } = fresh
    for (let index = 0; index < 10; index++) await asked(fresh, numbered(index))
    witness.broken = true
    await expect(approvals.ask(numbered(10))).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await desk.pending()).toBe(10)
  })
})
