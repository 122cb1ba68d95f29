import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import type { Unparsable } from '../kernel/facts.ts'
import { request } from '../kernel/testing/requests.ts'
import { facts } from './testing/facts.ts'
import { pointOf } from './testing/load.ts'

const CALL = 'principal, action == Action::"call", resource'
const OPEN = `@id("open") permit (${CALL});`
const UNAPPROVED = 'unless { context.approval.granted }'

function decide(cedar: string, yaml?: string, more: Parameters<typeof request>[3] = {}) {
  return pointOf(cedar, yaml).decide(request('call', 'crm', 'update', more))
}

function problems(cedar: string): string {
  try {
    pointOf(cedar)
  } catch (error) {
    if (error instanceof GatewayError) return error.message
    throw error
  }
  return 'loaded'
}

describe('annotations are refused', () => {
  test.each([
    ['@quorum("2")', `forbid (${CALL})`, '1:10: `@quorum` needs `@liftedBy` beside it'],
    ['@maxAge("2m")', `forbid (${CALL})`, '`@maxAge` needs `@liftedBy` beside it'],
    ['@approvers("user:a")', `forbid (${CALL})`, '`@approvers` needs `@liftedBy` beside it'],
    [
      '@liftedBy("approval")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@liftedBy` needs `@approvers` beside it',
    ],
    [
      '@liftedBy("approval") @approvers("user:a")',
      `forbid (${CALL})`,
      '`@liftedBy` needs `unless { context.approval.granted }`',
    ],
    [
      '@liftedBy("me") @approvers("user:a")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@liftedBy` needs the word `approval`',
    ],
    [
      '@liftedBy("approval") @approvers("ada")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@approvers` needs `group:name`',
    ],
    [
      '@liftedBy("approval") @approvers("")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@approvers` needs `group:name`',
    ],
    [
      '@liftedBy("approval") @approvers("user:a user:a")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@approvers` needs',
    ],
    [
      '@liftedBy("approval") @approvers("user:a") @quorum("0")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@quorum` needs a number from 1 to 10, or the word `each`',
    ],
    ['@assurance("passkey")', `forbid (${CALL})`, '`@assurance` needs `@liftedBy` beside it'],
    ['@pattern("30m")', `forbid (${CALL})`, '`@pattern` needs `@liftedBy` beside it'],
    ['@assurance("passkey")', `permit (${CALL})`, '`@assurance` stands on a `forbid` only'],
    ['@pattern("30m")', `permit (${CALL})`, '`@pattern` stands on a `forbid` only'],
    [
      '@liftedBy("approval") @approvers("user:a") @quorum("11")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@quorum` needs',
    ],
    [
      '@liftedBy("approval") @approvers("user:a") @maxAge("10")',
      `forbid (${CALL}) ${UNAPPROVED}`,
      '`@maxAge` needs a duration',
    ],
    ['@liftedBy("approval")', `permit (${CALL})`, '`@liftedBy` stands on a `forbid` only'],
    ['@redact("a")', `forbid (${CALL})`, '`@redact` stands on a `permit` only'],
    ['@mark("a")', `forbid (${CALL})`, '`@mark` stands on a `permit` only'],
    ['@limit("a")', `forbid (${CALL})`, '`@limit` stands on a `permit` only'],
    ['@accepts("unparsable")', `forbid (${CALL})`, '`@accepts` stands on a `permit` only'],
    ['@accepts("anything")', `permit (${CALL})`, '`@accepts` needs the word `unparsable`'],
    ['@mode("off")', `permit (${CALL})`, '`@mode` needs the word `observe`'],
    ['@redact("a,,b")', `permit (${CALL})`, '`@redact` needs names'],
    ['@redact("")', `permit (${CALL})`, '`@redact` needs names'],
    ['@mark("a b/c")', `permit (${CALL})`, '`@mark` needs words'],
    [
      '@marks("a")',
      `permit (${CALL})`,
      'the annotation `@marks` is unknown (did you mean `mark`?)',
    ],
  ])('%s on %s', (annotations, rule, message) => {
    expect(problems(`@id("a") ${annotations} ${rule};`)).toContain(message)
  })

  test.each(['no-permit', 'policy-error', 'unparsable', 'request'])('the id %s', (id) => {
    expect(problems(`@id("${id}") permit (${CALL});`)).toContain(`the id \`${id}\` is reserved`)
  })
})

test('the obligations of all determining permits are met, in one order', () => {
  const limits =
    'limits: { day: { calls: 1, every: 1d, per: [] }, hour: { calls: 1, every: 1h, per: [] } }'
  const policies = [
    OPEN,
    `@id("b") @redact("iban, tax number") @mark("external") @limit("hour,day") permit (${CALL});`,
    `@id("a") @redact("a,iban") @limit("day") permit (${CALL});`,
    `@id("c") @redact("never") permit (${CALL}) when { context.args has x };`,
    `@id("d") @mark("observed") @mode("observe") permit (${CALL});`,
  ]
  const expected = {
    effect: 'permit',
    determining: ['a', 'b', 'open'].map((policy) => ({ policy })),
    obligations: {
      redact: ['a', 'iban', 'tax number'],
      mark: ['external'],
      limit: ['day', 'hour'],
    },
  }
  expect(decide(policies.join('\n'), limits)).toEqual(expected)
  expect(decide(policies.toReversed().join('\n'), limits)).toEqual(expected)
  expect(decide(OPEN)).not.toHaveProperty('obligations')
})

describe('a policy that only observes', () => {
  test('does not deny, and is reported with the permit', () => {
    const observed = `@id("f") @mode("observe") @reason("why") @remedy("how") forbid (${CALL});`
    expect(decide(`${OPEN}\n${observed}`)).toEqual({
      effect: 'permit',
      determining: [{ policy: 'open' }],
      observed: {
        effect: 'deny',
        determining: [{ policy: 'f', reason: 'why', remedy: 'how' }],
        errors: [],
      },
    })
  })

  test('does not deny when it cannot be evaluated, either', () => {
    const odd = `@id("odd") @mode("observe") forbid (${CALL}) when { context.args.x };`
    expect(decide(`${OPEN}\n${odd}`)).toMatchObject({
      effect: 'permit',
      observed: { effect: 'deny', errors: ['odd'] },
    })
  })

  test('does not permit, and is not said to permit other arguments', () => {
    const observed = `@id("p") @mode("observe") permit (${CALL})`
    for (const rest of [';', ' when { context.args has x };']) {
      expect(decide(observed + rest).determining).toEqual([
        expect.objectContaining({
          policy: 'no-permit',
          reason: '`crm:update` reads data, and no policy permits it',
        }),
      ])
      expect(pointOf(observed + rest).visible(request('call', 'crm', 'update'))).toBe(false)
    }
  })

  test('hides nothing', () => {
    const point = pointOf(`${OPEN}\n@id("f") @mode("observe") forbid (${CALL});`)
    expect(point.visible(request('call', 'a', 'b'))).toBe(true)
  })

  test('leaves a denial as it is', () => {
    const both = `@id("f") forbid (${CALL});\n@id("o") @mode("observe") forbid (${CALL});`
    expect(decide(both)).toEqual({ effect: 'deny', determining: [{ policy: 'f' }], errors: [] })
  })
})

describe('an argument that cannot be read', () => {
  const unread = (...all: readonly Unparsable[]) => ({ facts: facts({ unparsable: all }) })
  const one = unread({ at: '/q`\n', kind: 'sql', why: 'it has two readings' })

  test('denies what is permitted', () => {
    expect(decide(OPEN, '', one)).toEqual({
      effect: 'deny',
      determining: [
        {
          policy: 'unparsable',
          reason: '`/q��` cannot be read as sql: it has two readings',
          remedy: 'write these arguments in a plain form, or ask the operator what they should be',
        },
      ],
      errors: [],
    })
  })

  test('unless a permit that holds accepts it', () => {
    const accepts = `@id("a") @accepts("unparsable") permit (${CALL})`
    expect(decide(`${OPEN}\n${accepts};`, '', one).effect).toBe('permit')
    expect(decide(`${OPEN}\n${accepts} when { context.args has x };`, '', one).effect).toBe('deny')
    const observes = `@id("a") @mode("observe") @accepts("unparsable") permit (${CALL});`
    expect(decide(`${OPEN}\n${observes}`, '', one).effect).toBe('deny')
  })

  test('comes after forbids, and after the lack of a permit', () => {
    expect(decide(`${OPEN}\n@id("f") forbid (${CALL});`, '', one).determining).toEqual([
      { policy: 'f' },
    ])
    expect(decide('', '', one).determining[0]?.policy).toBe('no-permit')
  })

  test('many are not all listed', () => {
    const many = Array.from({ length: 9 }, (_, at) => ({
      at: `/${at}`,
      kind: 'path' as const,
      why: 'odd',
    }))
    const { determining } = decide(OPEN, '', unread(...many))
    expect(determining[0]?.reason).toMatch(/^(`\/\d` cannot be read as path: odd; ){4}and 5 more$/)
  })
})

describe('a virtual tool', () => {
  const virtual = (of: string) => {
    const plain = request('call', 'desk', 'refund')
    return { ...plain, target: { ...plain.target, of: { server: of, name: 'transfer' } } }
  }

  test('is in its own server, and in that of the tool that it narrows', () => {
    for (const server of ['desk', 'bank']) {
      const point = pointOf(
        `${OPEN}\n@id("f") forbid (principal, action, resource in Server::"${server}");`,
      )
      expect(point.decide(virtual('bank')).effect).toBe('deny')
      expect(point.decide(virtual('other')).effect).toBe(server === 'desk' ? 'deny' : 'permit')
    }
  })

  test('says which tool that is; others say nothing', () => {
    const point = pointOf(
      `@id("p") permit (principal, action, resource) when { resource has of && resource.of == "bank:transfer" };`,
    )
    expect(point.decide(virtual('bank')).effect).toBe('permit')
    expect(point.decide(request('call', 'desk', 'refund')).effect).toBe('deny')
  })

  test('of a server whose name would be ambiguous is denied', () => {
    expect(pointOf(OPEN).decide(virtual('a:b'))).toMatchObject({
      effect: 'deny',
      errors: ['request'],
    })
  })
})

describe('the time of day', () => {
  const text = `
    @id("office-hours") permit (principal, action, resource)
    when { ["saturday", "sunday"].contains(context.utc.weekday) == false && context.utc.hour >= 8 && context.utc.hour < 18 };
  `
  const point = pointOf(text)
  test.each([
    ['2026-11-20T07:59:59Z', 'deny'],
    ['2026-11-20T08:00:00Z', 'permit'],
    ['2026-11-20T17:59:59Z', 'permit'],
    ['2026-11-20T18:00:00Z', 'deny'],
    ['2026-11-21T12:00:00Z', 'deny'],
    ['not a date', 'deny'],
  ])('at %s: %s', (time, effect) => {
    const asked = { ...request('call', 's', 't'), time: Date.parse(time) }
    expect(point.decide(asked).effect).toBe(effect)
    expect(point.visible(asked)).toBe(effect === 'permit')
  })
})
