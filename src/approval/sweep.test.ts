import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { forgetOld } from './sweep.ts'
import {
  asked,
  ballot,
  call,
  type FreshApprovals,
  freshApprovals,
  MINUTE,
} from './testing/fresh-approvals.ts'

const DAY = 24 * 60 * MINUTE
const SETTINGS = {
  patience: 60 * MINUTE,
  flood: { pending: 10, requests: 30, declines: 3, window: 10 * MINUTE },
  retention: { calls: 20 * DAY, requests: 70 * DAY },
}

describe.each(ENGINES)('what is old on %s', (engine) => {
  let fresh: FreshApprovals
  beforeEach(async () => {
    fresh = await freshApprovals(engine)
  })
  afterEach(() => fresh.remove())

  const forget = () =>
    forgetOld({ store: fresh.store, clock: () => fresh.clock.now, settings: SETTINGS })

  test('loses what it carried, and goes later, as it is set', async () => {
    const { desk, clock, store } = fresh
    const pattern = { free: ['text'], duration: MINUTE }
    const pending = await asked(fresh, call({ lift: { pattern: MINUTE } }))
    await desk.answer(pending.id, ballot('bob', pending, { pattern }))
    await desk.withdraw(pending.id, ballot('bob', pending).by)
    clock.now += 20 * DAY - 1
    await forget()
    expect((await desk.find(pending.id))?.access).toBeDefined()
    clock.now += 1
    await forget()
    const found = await desk.find(pending.id)
    expect(found).toMatchObject({ state: 'withdrawn', votes: [{ user: 'bob' }], mayBeFree: [] })
    expect(found?.access).toBeUndefined()
    expect((await desk.patterns({})).items).toHaveLength(1)
    clock.now += MINUTE
    await forget()
    expect((await desk.patterns({})).items).toEqual([])
    clock.now += 50 * DAY
    await forget()
    expect(await desk.find(pending.id)).toBeUndefined()
    expect(await store.db.selectFrom('approval_vote').selectAll().execute()).toEqual([])
  })

  test('stays while it is open', async () => {
    const { clock, store } = fresh
    await asked(fresh, call())
    clock.now += 91 * DAY
    await forget()
    expect(await store.db.selectFrom('approval').select('request').execute()).toMatchObject([
      { request: expect.any(String) },
    ])
  })

  test('is over by itself, and witnessed, without anybody who asks', async () => {
    const { clock, events, store } = fresh
    await fresh.replica({ settings: { sweepEvery: 10 } })
    await asked(fresh, call())
    clock.now += 60 * MINUTE
    await expect
      .poll(
        async () => (await store.db.selectFrom('approval').select('state').execute())[0]?.state,
        { timeout: 15_000 },
      )
      .toBe('expired')
    expect(events.at(-1)).toMatchObject({ event: 'approval.expired', detail: { answered: false } })
  })
})
