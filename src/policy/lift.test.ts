import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ASSURANCES } from '../kernel/access.ts'
import { sha256 } from '../kernel/hash.ts'
import { request } from '../kernel/testing/requests.ts'
import { durationText, liftAnnotations, liftOf } from './lift.ts'
import { facts } from './testing/facts.ts'
import { pointOf } from './testing/load.ts'

const CALL = 'principal, action == Action::"call", resource'
const OPEN = `@id("open") permit (${CALL});`
const UNAPPROVED = 'unless { context.approval.granted }'

function decide(cedar: string, more: Parameters<typeof request>[3] = {}) {
  return pointOf(cedar).decide(request('call', 'crm', 'update', more))
}

describe('a lift that nobody could give is refused', () => {
  test.each([
    ['group:a group:b', '@quorum("all")', '`@quorum` needs a number from 1 to 10, or the word'],
    ['group:a', '@quorum("each")', '`@quorum("each")` needs several `@approvers`'],
    [
      'user:a user:b user:c user:d user:e user:f user:g user:h user:i user:j user:k',
      '@quorum("each")',
      '`@quorum("each")` takes 10 `@approvers` at most',
    ],
    ['user:a self', '@quorum("3")', '`@quorum("3")` needs more people than `@approvers` names'],
    ['self', '@quorum("2")', '`@quorum("2")` needs more people'],
    ['self', '@assurance("phone")', '`@assurance` needs one of `client`, `session`, `passkey`'],
    ['group:a', '@assurance("client")', '`@assurance("client")` needs `self` among'],
    [
      'self group:a',
      '@assurance("client") @quorum("2")',
      '`@assurance("client")` does not go with `@quorum("2")`',
    ],
    [
      'self group:a',
      '@assurance("client") @quorum("each")',
      '`@assurance("client")` does not go with `@quorum("each")`',
    ],
    ['self', '@pattern("30")', '`@pattern` needs a duration such as `30m`, of `8h` at most'],
    ['self', '@pattern("481m")', '`@pattern` needs a duration'],
    ['self', '@pattern("0m")', '`@pattern` needs a duration'],
    ['Self', '', '`@approvers` needs `group:name`, `user:id` or `self`'],
    ['self:ada', '', '`@approvers` needs'],
  ])('%s: %s', (approvers, more, message) => {
    const lifted = `@id("a") @liftedBy("approval") @approvers("${approvers}") ${more}`
    expect(() => pointOf(`${lifted} forbid (${CALL}) ${UNAPPROVED};`)).toThrow(message)
  })
})

describe('a human may lift a denial', () => {
  const forbid = (id: string, more: string, rest = UNAPPROVED) =>
    `@id("${id}") @liftedBy("approval") ${more} forbid (${CALL}) ${rest};`
  const lift = (...policies: readonly string[]) => {
    const decision = decide(policies.join('\n'))
    return decision.effect === 'deny' ? decision.lift : 'permitted'
  }

  const DEFAULTS = { each: false, assurance: 'session', pattern: 0 }

  test('when every forbid says so; what it does not say has a default', () => {
    expect(lift(OPEN, forbid('a', '@approvers("user:b group:a")'))).toEqual({
      by: 'approval',
      approvers: ['group:a', 'user:b'],
      quorum: 1,
      ...DEFAULTS,
      maxAge: 600_000,
    })
    expect(lift(OPEN, forbid('a', '@approvers("group:b") @quorum("2") @maxAge("1h")'))).toEqual({
      by: 'approval',
      approvers: ['group:b'],
      quorum: 2,
      ...DEFAULTS,
      maxAge: 3_600_000,
    })
    const said = '@approvers("user:b self") @quorum("each") @assurance("passkey") @pattern("8h")'
    expect(lift(OPEN, forbid('a', said))).toEqual({
      by: 'approval',
      approvers: ['self', 'user:b'],
      quorum: 2,
      each: true,
      assurance: 'passkey',
      pattern: 28_800_000,
      maxAge: 600_000,
    })
    expect(lift(OPEN, forbid('a', '@approvers("self") @assurance("client")'))).toMatchObject({
      approvers: ['self'],
      assurance: 'client',
    })
  })

  test('several by those whom all of them name, as strictly as any of them', () => {
    const two = [
      forbid('a', '@approvers("group:a group:b") @quorum("2") @maxAge("1h")'),
      forbid('b', '@approvers("group:b group:c") @maxAge("5m")'),
    ]
    expect(lift(OPEN, ...two)).toEqual({
      by: 'approval',
      approvers: ['group:b'],
      quorum: 2,
      ...DEFAULTS,
      maxAge: 300_000,
    })
    expect(lift(OPEN, ...two, forbid('c', '@approvers("group:a")'))).toBeUndefined()
  })

  test.each([
    ['client session', 'session'],
    ['client client', 'client'],
    ['session passkey client', 'passkey'],
  ])('by the strongest assurance of %s', (words, assurance) => {
    const all = words
      .split(' ')
      .map((word, at) => forbid(`f${at}`, `@approvers("self") @assurance("${word}")`))
    expect(lift(OPEN, ...all)).toMatchObject({ assurance, approvers: ['self'] })
  })

  test('for the shortest pattern, which is none where one of them has none', () => {
    const half = forbid('a', '@approvers("user:b") @pattern("30m")')
    const long = forbid('b', '@approvers("user:b") @pattern("8h")')
    expect(lift(OPEN, half, long)).toMatchObject({ pattern: 1_800_000 })
    expect(lift(OPEN, half, forbid('b', '@approvers("user:b")'))).toMatchObject({ pattern: 0 })
  })

  test('`self` is a name like others: who may lift one call of one’s own may not lift all', () => {
    const own = forbid('a', '@approvers("self group:owners")')
    expect(lift(OPEN, own, forbid('b', '@approvers("self")'))).toMatchObject({
      approvers: ['self'],
    })
    expect(lift(OPEN, own, forbid('b', '@approvers("group:owners")'))).toMatchObject({
      approvers: ['group:owners'],
    })
    expect(lift(OPEN, own, forbid('b', '@approvers("user:self")'))).toBeUndefined()
  })

  test('each of whom one forbid needs must be named by the others', () => {
    const each = forbid('a', '@approvers("group:a group:b") @quorum("each")')
    expect(lift(OPEN, each)).toMatchObject({ each: true, quorum: 2 })
    const wider = forbid('b', '@approvers("group:a group:b group:c")')
    expect(lift(OPEN, each, wider)).toMatchObject({
      approvers: ['group:a', 'group:b'],
      each: true,
      quorum: 2,
    })
    const three = forbid('b', '@approvers("group:a group:b") @quorum("3")')
    expect(lift(OPEN, each, three)).toMatchObject({ each: true, quorum: 3 })
    // Approved by two of `b`, nobody would have stood for `a`.
    expect(lift(OPEN, each, forbid('b', '@approvers("group:b")'))).toBeUndefined()
  })

  test('nobody is asked for what the people who are left could never give', () => {
    const two = forbid('a', '@approvers("group:a user:b") @quorum("2")')
    expect(lift(OPEN, two, forbid('b', '@approvers("user:b self")'))).toBeUndefined()
    expect(lift(OPEN, two, forbid('b', '@approvers("group:a")'))).toMatchObject({ quorum: 2 })
  })

  test('not when a forbid that decides cannot be lifted', () => {
    expect(
      lift(OPEN, forbid('a', '@approvers("user:b")'), `@id("b") forbid (${CALL});`),
    ).toBeUndefined()
  })

  test('not when a forbid that decides does not say that it is lifted, though it could be', () => {
    const silent = `@id("b") forbid (${CALL}) ${UNAPPROVED};`
    expect(lift(OPEN, forbid('a', '@approvers("user:b")'), silent)).toBeUndefined()
  })

  test('not when the call would be denied all the same', () => {
    const one = forbid('a', '@approvers("user:b")')
    expect(lift(one)).toBeUndefined()
    expect(
      lift(OPEN, one, `@id("b") forbid (${CALL}) when { context.approval.granted };`),
    ).toBeUndefined()
    expect(
      lift(
        OPEN,
        one,
        `@id("b") forbid (${CALL}) when { context.approval.granted && context.args.x };`,
      ),
    ).toBeUndefined()
    expect(
      lift(OPEN, forbid('a', '@approvers("user:b")', 'when { context.approval.granted || true }')),
    ).toBeUndefined()
    expect(
      lift(`@id("open") permit (${CALL}) when { context.approval.granted };`, one),
    ).toBeDefined()
    const unread = facts({ unparsable: [{ at: '/q', kind: 'sql', why: 'odd' }] })
    expect(decide(`${OPEN}\n${one}`, { facts: unread })).not.toHaveProperty('lift')
  })

  test('not when a policy cannot be evaluated', () => {
    const odd = `@id("odd") forbid (${CALL}) when { context.args.x };`
    expect(lift(OPEN, forbid('a', '@approvers("user:b")'), odd)).toBeUndefined()
  })

  test('is listed, and denied until then', () => {
    const point = pointOf(`${OPEN}\n${forbid('a', '@approvers("user:b")')}`)
    expect(point.decide(request('call', 'a', 'b')).effect).toBe('deny')
    expect(point.visible(request('call', 'a', 'b'))).toBe(true)
  })

  test('and then it is permitted, unless something else denies it: then nobody is asked again', () => {
    const approval = { id: 'a1', kind: 'once', digest: sha256('x'), by: ['b'] } as const
    const one = forbid('a', '@approvers("user:b")')
    const decided = (...more: readonly string[]) =>
      pointOf([OPEN, one, ...more].join('\n')).decide({ ...request('call', 'a', 'b'), approval })
    expect(decided()).toEqual({ effect: 'permit', determining: [{ policy: 'open' }] })
    expect(decided(`@id("b") forbid (${CALL});`)).toEqual({
      effect: 'deny',
      determining: [{ policy: 'b' }],
      errors: [],
    })
    const always = forbid('c', '@approvers("user:b")', 'when { context.approval.granted || true }')
    expect(decided(always)).not.toHaveProperty('lift')
    const odd = `@id("odd") forbid (${CALL}) when { context.approval.granted && context.args.x };`
    expect(decided(odd)).toMatchObject({ effect: 'deny', errors: ['odd'] })
  })
})

test('a lift comes back from the annotations that say it', () => {
  const names = fc.subarray(['group:a', 'group:b', 'self', 'user:c'], { minLength: 2 })
  const times = fc.constantFrom(1, 999, 1_000, 90_000, 1_800_000, 7_200_000, 86_400_000)
  const property = fc.property(
    names,
    fc.constantFrom('each', '1', '2'),
    fc.constantFrom(...ASSURANCES),
    fc.option(times),
    times,
    (approvers, quorum, assurance, pattern, maxAge) => {
      const lift = liftOf({
        liftedBy: 'approval',
        approvers: approvers.join(', '),
        quorum,
        assurance,
        ...(pattern === null ? {} : { pattern: durationText(pattern) }),
        maxAge: durationText(maxAge),
      })
      expect(lift).toMatchObject({ assurance, pattern: pattern ?? 0, maxAge })
      expect(lift && liftOf(liftAnnotations(lift))).toEqual(lift)
    },
  )
  fc.assert(property, { numRuns: 300 })
})
