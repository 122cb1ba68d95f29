import { expect, test } from 'vitest'
import type { ApprovalSummary } from '../../kernel/approval-desk.ts'
import type { Caller } from '../caller.ts'
import { request } from '../testing/desk.ts'
import { mayKnow, maySeeBodies, waitsFor } from './concerns.ts'

/** A desk as it is: nobody answers what is over. */
const desk = {
  mayAnswer: ({ state, expires, lift }: ApprovalSummary, { id }: { readonly id: string }) =>
    state === 'pending' && expires > Date.now() && lift.approvers.includes(`user:${id}`)
      ? ({ may: true } as const)
      : ({ may: false, why: 'this request is over' } as const),
}
const caller = (id: string) =>
  ({
    subject: { kind: 'user', id, groups: [], actors: [] },
    permissions: new Set(),
  }) as unknown as Caller
const vote = { user: 'eve', verdict: 'approve' } as never
const open = { state: 'pending', expires: Date.now() + 3_600_000, votes: [] } as const
const seen = (changes: object, id = 'eve') => {
  const one = request({ ...open, ...changes })
  return [mayKnow, maySeeBodies, waitsFor].map((rule) => rule(desk as never, one, caller(id)))
}

test('who is asked knows what became of it, and sees all of it while they are asked', () => {
  expect(seen({})).toEqual([true, true, true])
  for (const over of [{ state: 'declined' }, { state: 'expired' }, { expires: 0 }])
    expect(seen(over)).toEqual([true, false, false])
})

test('who has answered goes on seeing what they answered', () => {
  expect(seen({ votes: [vote] })).toEqual([true, true, false])
  expect(seen({ votes: [vote], state: 'used' })).toEqual([true, true, false])
})

test('who is not asked does not know of it', () => {
  for (const state of ['pending', 'used'])
    expect(seen({ state, votes: [vote] }, 'mallory')).toEqual([false, false, false])
})
