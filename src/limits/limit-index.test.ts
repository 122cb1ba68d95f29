import { describe, expect, test } from 'vitest'
import { limitsOf, passed, reserved, times } from './testing/limits-of.ts'
import { limit, request, target } from './testing/requests.ts'

describe('where a limit applies', () => {
  const pay = request({ target: target('bank', 'pay', { effects: ['pay'] }) })
  const resource = request({ target: target('files', 'read', { kind: 'resource' }) })

  test.each([
    ['everywhere', {}, [true, true, true]],
    ['servers', { servers: ['bank', 'mail'] }, [false, true, false]],
    ['tools', { tools: ['files:read'] }, [true, false, false]],
    ['effects', { effects: ['pay', 'send'] }, [false, true, false]],
    ['all that is said holds', { servers: ['files'], effects: ['pay'] }, [false, false, false]],
    [
      'tools and servers',
      { tools: ['files:read', 'bank:pay'], servers: ['bank'] },
      [false, true, false],
    ],
    ['nowhere', { servers: [] }, [false, false, false]],
  ] as const)('%s', async (_, applies, expected) => {
    const calls = [request(), pay, resource]
    const denied = await Promise.all(
      calls.map(
        async (call) => 'limit' in (await limitsOf(limit({ most: 0, applies })).reserve(call, [])),
      ),
    )
    expect(denied).toEqual(expected)
  })

  test('a limit that is only named applies only where it is named', async () => {
    const { applies: _, ...named } = limit({ name: 'named', most: 1 })
    const limits = limitsOf(named)
    expect(await passed(limits, times(3))).toBe(3)
    expect(await limits.left(request())).toEqual({})
    expect(await passed(limits, times(3), ['named'])).toBe(1)
  })

  test('naming a limit that applies anyway counts once', async () => {
    const limits = limitsOf(limit({ most: 3 }))
    expect(await passed(limits, times(5), ['calls', 'calls'])).toBe(3)
  })

  test('a name that nobody defined denies', async () => {
    for (const limits of [limitsOf(), limitsOf(limit())])
      await expect(limits.reserve(request(), ['gone'])).rejects.toMatchObject({
        code: 'limits_unavailable',
        message: 'no limit `gone` is defined',
      })
  })
})

test('definitions are found without looking at all of them', async () => {
  let looked = 0
  const many = Array.from({ length: 2_000 }, (_, index) => {
    const definition = limit({ name: `of ${index}`, applies: {} })
    const applies = { tools: [`server-${index % 50}:tool-${index}`] }
    return Object.defineProperty({ ...definition, applies }, 'applies', {
      get() {
        looked += 1
        return applies
      },
    })
  })
  const limits = limitsOf(...many)
  const call = request({ target: target('server-7', 'tool-57') })
  await reserved(limits, call)
  looked = 0
  expect(await limits.left(call)).toEqual({ 'of 57': { left: 2, most: 3 } })
  expect(looked).toBeLessThan(10)
})
