import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignmentOf, standingOf } from './standing.ts'
import { LIFT } from './testing/fresh-approvals.ts'

const asked = (approvers: readonly string[], requesters: readonly string[], self?: string) => ({
  lift: { ...LIFT, approvers },
  requesters,
  ...(self === undefined ? {} : { self }),
})

describe('who may answer', () => {
  test.each([
    [
      'a member of a named group',
      asked(['group:ops'], ['ada'], 'ada'),
      'bob',
      ['ops'],
      ['group:ops'],
    ],
    ['a named user', asked(['user:bob'], ['ada'], 'ada'), 'bob', [], ['user:bob']],
    ['the user, by `self`', asked(['self'], ['ada'], 'ada'), 'ada', [], ['self']],
    [
      'the user, by `self` and a group',
      asked(['group:ops', 'self'], ['ada'], 'ada'),
      'ada',
      ['ops'],
      ['group:ops', 'self'],
    ],
  ] as const)('%s', (_, request, id, groups, words) => {
    expect(standingOf(request, { id: id as never, groups })).toEqual({ words })
  })

  test.each([
    [
      'the user, without `self`',
      asked(['group:ops', 'user:ada'], ['ada'], 'ada'),
      'ada',
      ['ops'],
      'own-call',
    ],
    [
      'the owner of an agent that acts',
      asked(['group:ops'], ['ada', 'bob'], 'ada'),
      'bob',
      ['ops'],
      'own-call',
    ],
    ['a stranger', asked(['group:ops'], ['ada'], 'ada'), 'eve', ['crew'], 'not-approver'],
    ['a stranger, by `self`', asked(['self'], ['ada'], 'ada'), 'eve', [], 'not-approver'],
    ['anybody, where nobody is `self`', asked(['self'], []), 'eve', [], 'not-approver'],
    ['a group of the same name as a user', asked(['user:ops'], []), 'bob', ['ops'], 'not-approver'],
    ['a user of the same name as a group', asked(['group:bob'], []), 'bob', [], 'not-approver'],
    ['a name that begins alike', asked(['group:ops'], []), 'bob', ['ops2'], 'not-approver'],
    ['a word without a kind', asked(['bob', 'ops'], []), 'bob', ['ops'], 'not-approver'],
  ] as const)('not %s', (_, request, id, groups, refused) => {
    expect(standingOf(request, { id: id as never, groups })).toEqual({ refused })
  })
})

const WORDS = ['a', 'b', 'c', 'd']
const people = fc.dictionary(fc.constantFrom('p', 'q', 'r', 's', 't'), fc.subarray(WORDS), {
  maxKeys: 5,
})
const lifts = fc.record({
  approvers: fc.subarray(WORDS, { minLength: 1 }),
  quorum: fc.integer({ min: 1, max: 5 }),
  each: fc.boolean(),
})

/** Whether the words can be given to different people, tried one way after the other. */
function canSeat(words: readonly string[], able: readonly (readonly string[])[]): boolean {
  const [word, ...others] = words
  if (word === undefined) return true
  return able.some((one, index) => one.includes(word) && canSeat(others, able.toSpliced(index, 1)))
}

describe('enough people', () => {
  test('are exactly those that brute force finds enough', () => {
    const property = fc.property(lifts, people, (lift, named) => {
      const words = Object.entries(named).map(
        ([user, all]) => [user, all.filter((word) => lift.approvers.includes(word))] as const,
      )
      const able = words.filter(([, all]) => all.length > 0).map(([, all]) => all)
      const enough = able.length >= lift.quorum && (!lift.each || canSeat(lift.approvers, able))
      const assignment = assignmentOf(lift, new Map(words))
      expect(assignment !== undefined).toBe(enough)
      for (const [user, word] of assignment ?? [])
        expect(words.find(([name]) => name === user)?.[1]).toContain(word)
      if (lift.each && assignment !== undefined)
        expect(new Set(assignment.values())).toEqual(new Set(lift.approvers))
    })
    fc.assert(property, { numRuns: 3_000 })
  })

  test('one person in two groups stands for one', () => {
    const lift = { approvers: ['group:a', 'group:b'], quorum: 1, each: true }
    const both = ['group:a', 'group:b']
    expect(assignmentOf(lift, new Map([['bob', both]]))).toBeUndefined()
    expect(
      assignmentOf(
        lift,
        new Map([
          ['bob', both],
          ['cy', ['group:a']],
        ]),
      ),
    ).toEqual(
      new Map([
        ['bob', 'group:b'],
        ['cy', 'group:a'],
      ]),
    )
  })

  test('nobody is not enough', () => {
    expect(assignmentOf({ approvers: [], quorum: 0, each: true }, new Map())).toBeUndefined()
    expect(assignmentOf({ approvers: ['a'], quorum: 0, each: false }, new Map())).toBeUndefined()
  })
})
