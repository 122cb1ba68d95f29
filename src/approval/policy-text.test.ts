import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { type PatternScope, policyText } from './policy-text.ts'

const cedar: typeof import('@cedar-policy/cedar-wasm/nodejs') = createRequire(import.meta.url)(
  '@cedar-policy/cedar-wasm/nodejs',
)

const EXPIRES = 1_790_000_000_000
const SCOPE: PatternScope = {
  id: 'id',
  subject: { kind: 'user', id: 'ada' as SubjectId, actors: [] },
  client: 'host',
  action: 'call',
  target: { kind: 'tool', server: 'files', name: 'write' },
  fixed: { path: '/srv/a', mode: 1 },
  free: ['text'],
  expires: EXPIRES,
}

/** A value as Cedar reads it from JSON. */
function cedarJson(value: Json): unknown {
  if (typeof value === 'number' && !Number.isInteger(value))
    return { __extn: { fn: 'decimal', arg: String(value) } }
  if (Array.isArray(value)) return value.map(cedarJson)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, cedarJson(member ?? null)]),
  )
}

interface Question {
  readonly principal?: string
  readonly resource?: string
  readonly action?: string
  readonly client?: string
  readonly actors?: readonly string[]
  readonly time?: number
}

/** Whether Cedar permits a call by this policy alone. */
function permits(policy: string, args: JsonObject, question: Question = {}): boolean {
  const { principal = 'User::ada', resource = 'Tool::files:write', action = 'call' } = question
  const { client = 'host', actors = [], time = EXPIRES - 1 } = question
  const uid = (name: string) => {
    const [type = '', ...id] = name.split('::')
    return { type, id: id.join('::') }
  }
  const answer = cedar.isAuthorized({
    principal: uid(principal),
    action: { type: 'Action', id: action },
    resource: uid(resource),
    context: {
      args: cedarJson(args) as never,
      authorization: { client },
      subject: { acting: actors.length > 0, actors: [...actors] },
      time,
    },
    policies: { staticPolicies: policy },
    entities: [],
  })
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors))
  return answer.response.decision === 'allow'
}

test('the policy of a pattern, as people see it', () => {
  expect(
    policyText(SCOPE),
  ).toBe(`// Until 2026-09-21T14:13:20.000Z, or until the definition or the policies change.
@id("pattern-id")
permit (
  principal == User::"ada",
  action == Action::"call",
  resource == Tool::"files:write"
)
when {
  context.authorization.client == "host" &&
  !context.subject.acting &&
  context.time < 1790000000000 &&
  context.args has "text" &&
  context.args == {
    "mode": 1,
    "path": "/srv/a",
    "text": context.args["text"] // free
  }
};
`)
})

describe('Cedar permits by it', () => {
  const args = { path: '/srv/a', mode: 1, text: 'x' }
  const policy = policyText(SCOPE)

  test('what the pattern covers', () => {
    expect(permits(policy, args)).toBe(true)
    expect(permits(policy, { ...args, text: { any: ['thing'] } })).toBe(true)
    const acting = { ...SCOPE, subject: { ...SCOPE.subject, actors: ['b' as SubjectId] } }
    expect(permits(policyText(acting), args, { actors: ['b'] })).toBe(true)
    expect(permits(policyText({ ...SCOPE, fixed: {}, free: [] }), {})).toBe(true)
  })

  test.each<readonly [string, JsonObject, Question]>([
    ['a fixed argument', { ...args, path: '/srv/b' }, {}],
    ['one argument more', { ...args, more: 1 }, {}],
    ['one fixed argument less', { path: '/srv/a', text: 'x' }, {}],
    ['the free argument less', { path: '/srv/a', mode: 1 }, {}],
    ['the user', args, { principal: 'User::eve' }],
    ['the kind of principal', args, { principal: 'Agent::ada' }],
    ['the tool', args, { resource: 'Tool::files:read' }],
    ['the kind of target', args, { resource: 'Prompt::files:write' }],
    ['the action', args, { action: 'get' }],
    ['the client', args, { client: 'other' }],
    ['who acts', args, { actors: ['build'] }],
    ['the time', args, { time: EXPIRES }],
  ])('nothing with a change of %s', (_, given, question) => {
    expect(permits(policy, given, question)).toBe(false)
  })
})

const names = fc.string({ unit: 'binary', maxLength: 6 }).filter((name) => !name.startsWith('__'))
const scalars = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('"', '\\', '\n', '\u202e', '*', '// free', "';\n};"),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number / 10_000),
)
const values: fc.Arbitrary<Json> = fc.oneof(
  scalars,
  fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 3 }), { maxLength: 3 }),
  fc.dictionary(names, scalars, { maxKeys: 3 }),
)
const arguments_ = fc.dictionary(names, values, { maxKeys: 5 })

test('any arguments make a policy that permits them, and no others', () => {
  const property = fc.property(
    arguments_,
    arguments_,
    fc.infiniteStream(fc.boolean()),
    (one, other, chance) => {
      const free = Object.keys(one).filter(() => chance.next().value)
      const fixed = Object.fromEntries(Object.entries(one).filter(([name]) => !free.includes(name)))
      const policy = policyText({ ...SCOPE, fixed, free })
      expect(permits(policy, one)).toBe(true)
      const changed = { ...one, ...other }
      const same = Object.keys(changed).every(
        (name) =>
          Object.hasOwn(one, name) &&
          (free.includes(name) || plain(one[name]) === plain(changed[name])),
      )
      expect(permits(policy, changed)).toBe(same)
      for (const name of Object.keys(one)) {
        const { [name]: _, ...less } = one
        expect(permits(policy, less)).toBe(false)
      }
    },
  )
  fc.assert(property, { numRuns: 300 })
})

/** As Cedar compares: members and elements in any order. */
function plain(value: Json | undefined): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(plain).toSorted())
  if (!isObject(value)) return JSON.stringify(value ?? null)
  return JSON.stringify(
    Object.entries(value)
      .map(([name, member]) => [name, plain(member)])
      .toSorted(([one], [two]) => (String(one) < String(two) ? -1 : 1)),
  )
}

test('any names at all stay within their quotes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 10 })
  const property = fc.property(text, text, text, (id, client, name) => {
    const policy = policyText({
      ...SCOPE,
      subject: { kind: 'agent', id: id as SubjectId, actors: [name as SubjectId] },
      client,
      target: { kind: 'resource', server: 's', name },
    })
    const parsed = cedar.policyToJson(policy)
    if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors))
    expect(parsed.json).toMatchObject({
      principal: { op: '==', entity: { type: 'Agent', id } },
      resource: { op: '==', entity: { type: 'Resource', id: `s:${name}` } },
    })
  })
  fc.assert(property, { numRuns: 500 })
})

test('what Cedar cannot say stands in a comment, on one line', () => {
  const fixed = {
    none: null,
    small: 0.00001,
    many: [2, 1],
    big: 1e300,
    'a\nb': null,
    deep: [[null]],
  }
  const policy = policyText({ ...SCOPE, fixed, free: [] })
  expect(cedar.policyToJson(policy).type).toBe('success')
  for (const line of [
    '    "none": context.args["none"], // fixed, as JSON: null',
    '    "small": context.args["small"] // fixed, as JSON: 0.00001',
    '    "many": [2, 1], // lists: in this order',
    '    "big": context.args["big"], // fixed, as JSON: 1e+300',
    '    "a\\u{a}b": context.args["a\\u{a}b"], // fixed, as JSON: null',
    '    "deep": context.args["deep"], // fixed, as JSON: [[null]]',
  ])
    expect(policy.split('\n')).toContain(line)
  const words = policyText({ ...SCOPE, fixed: { x: [null, 'a\u2028b\u202e'] }, free: [] })
  expect(words).toContain('// fixed, as JSON: [null,"a\\u{2028}b\\u{202e}"]')
})
