import { describe, expect, test } from 'vitest'
import type { Reservation } from '../kernel/limits.ts'
import { UNLIMITED } from './limits.ts'
import { limitsOf, passed, reserved, START, times, used } from './testing/limits-of.ts'
import { atOnce, limit, request } from './testing/requests.ts'

test('without limits nothing is counted', async () => {
  const none = limitsOf()
  expect(await none.left(request())).toEqual({})
  expect(await passed(none, times(100))).toBe(100)
  expect(await passed(UNLIMITED, times(100))).toBe(100)
  expect(none.counters.size()).toBe(0)
})

test('200 callers at once get exactly what there is', async () => {
  const limits = limitsOf(limit({ most: 37 }), atOnce(100))
  const answers = await Promise.all(times(200).map((call) => limits.reserve(call, [])))
  expect(answers.filter((answer) => !('limit' in answer))).toHaveLength(37)
})

test('a denial says what is used up, and when to come back', async () => {
  const limits = limitsOf(limit({ most: 1, every: 3_600_000 }))
  await reserved(limits)
  limits.pass(1_000)
  expect(await limits.reserve(request(), [])).toEqual({
    limit: 'calls',
    reason: 'limit `calls` permits 1 call in 1 h',
    retryAfter: 3_600_000 - (START % 3_600_000) - 1_000,
  })
})

test('a call that any limit denies takes nothing of the others', async () => {
  const limits = limitsOf(
    limit({ name: 'wide', most: 10 }),
    limit({ name: 'narrow', most: 1, every: 7_200_000 }),
    limit({ name: 'middle', most: 1 }),
  )
  await reserved(limits)
  // The longest wait is said: who comes back then finds room in all.
  expect(await limits.reserve(request(), [])).toMatchObject({ limit: 'narrow' })
  expect(await limits.left(request())).toEqual({
    wide: { left: 9, most: 10 },
    narrow: { left: 0, most: 1 },
    middle: { left: 0, most: 1 },
  })
})

describe('what only the result tells', () => {
  const bytes = limit({ name: 'bytes', unit: 'bytes', most: 1_000 })
  const rows = limit({ name: 'rows', unit: 'rows', most: 10 })

  test('counts at the end, and what was too much counts too', async () => {
    const limits = limitsOf(bytes, rows)
    limits.settle(await reserved(limits), used({ bytes: 999, rows: 4 }))
    const last = await reserved(limits)
    expect(await limits.left(request())).toMatchObject({ bytes: { left: 1 }, rows: { left: 6 } })
    limits.settle(last, used({ bytes: 5_000 }))
    expect(await limits.reserve(request(), [])).toMatchObject({
      limit: 'bytes',
      reason: 'limit `bytes` permits 1000 bytes of results in 1 min',
    })
  })

  test('is overdrawn by what runs at once, and no more', async () => {
    const limits = limitsOf(bytes, atOnce(4))
    const answers = await Promise.all(times(20).map((call) => limits.reserve(call, [])))
    const running = answers.filter((answer) => !('limit' in answer))
    expect(running).toHaveLength(4)
    for (const one of running) limits.settle(one as Reservation, used({ bytes: 1_000 }))
    expect(await passed(limits, times(5))).toBe(0)
  })

  test('is not asked for when nothing counts it', async () => {
    const limits = limitsOf(limit(), atOnce(3))
    limits.settle(await reserved(limits), () => {
      throw new Error('asked')
    })
  })

  test.each([
    [
      'cannot be measured',
      () => {
        throw new Error('no')
      },
    ],
    ['is no number', used({ bytes: Number.NaN })],
    ['would make room', used({ bytes: -1 })],
  ])('and %s counts as everything', async (_, measure) => {
    const limits = limitsOf(bytes)
    limits.settle(await reserved(limits), measure)
    expect(await passed(limits, times(1))).toBe(0)
  })
})

describe('a reservation', () => {
  test('is settled or released once, whatever comes after', async () => {
    const limits = limitsOf(atOnce(2), limit({ most: 100 }))
    const [first] = [await reserved(limits), await reserved(limits)]
    for (let again = 0; again < 3; again += 1) {
      limits.settle(first, used())
      limits.release(first)
    }
    expect(await passed(limits, times(3))).toBe(1)
    expect(await limits.left(request())).toMatchObject({ calls: { left: 97 } })
  })

  test('that is released never was', async () => {
    const limits = limitsOf(limit({ most: 1 }), atOnce(1))
    const one = await reserved(limits)
    limits.release(one)
    limits.settle(one, used())
    expect(await passed(limits, times(2))).toBe(1)
  })

  test('of a call without limits means nothing', () => {
    const limits = limitsOf(limit())
    limits.settle({} as Reservation, used())
    limits.release({} as Reservation)
  })
})

describe('other definitions', () => {
  test('what stays the same limit goes on counting, with another `most` too', async () => {
    const limits = limitsOf(limit({ most: 5 }))
    await passed(limits, times(3))
    limits.replace(limit({ most: 4, applies: { servers: ['files'] } }))
    expect(await passed(limits, times(3))).toBe(1)
  })

  test.each([
    ['name', { name: 'other' }],
    ['window', { every: 120_000 }],
    ['kind', { kind: 'bucket' }],
    ['keys', { per: ['server'] }],
    ['unit', { unit: 'rows' }],
  ] as const)('another %s is another limit', async (_, change) => {
    const limits = limitsOf(limit({ most: 1 }))
    await passed(limits, times(1))
    limits.replace(limit({ most: 1, ...change }))
    expect(await passed(limits, times(1))).toBe(1)
  })

  test('a call that runs meanwhile ends where it began', async () => {
    const limits = limitsOf(atOnce(1))
    const running = await reserved(limits)
    limits.replace()
    limits.settle(running, used())
    limits.replace(atOnce(1))
    expect(await passed(limits, times(2))).toBe(1)
  })
})
