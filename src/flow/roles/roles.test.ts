import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ARGUMENT_ROLES, type ArgumentRole, type RoleHints } from '../../kernel/flow.ts'
import type { Json } from '../../kernel/json.ts'
import { rolesOf } from './roles.ts'

function object(properties: Json): Json {
  return { type: 'object', properties }
}

function roleOf(schema: Json, pointer: string, value?: Json): ArgumentRole {
  const name = pointer.split('/').findLast((step) => /\D/.test(step)) ?? ''
  return rolesOf(schema, {}).roleAt(pointer, name, value)
}

describe('what a schema says', () => {
  test('a choice of fixed values is a setting, whatever its name', () => {
    const schema = object({
      to: { enum: ['a', 'b'] },
      through: { anyOf: [{ $ref: '#/$defs/Way' }, { type: 'null' }] },
      open: { anyOf: [{ enum: ['a'] }, { type: 'string' }] },
    })
    const root = { ...(schema as object), $defs: { Way: { enum: ['x'] } } } as Json
    expect(roleOf(root, '/to')).toBe('setting')
    expect(roleOf(root, '/through')).toBe('setting')
    expect(roleOf(root, '/open')).toBe('selector')
  })

  test('yes and no is a setting; a number is one unless its name says which thing', () => {
    const schema = object({
      email: { type: 'boolean' },
      amount: { type: 'number' },
      zorgs: { type: ['integer', 'null'] },
      issue_number: { type: 'integer' },
      account_number: { type: 'integer' },
    })
    expect(roleOf(schema, '/email')).toBe('setting')
    expect(roleOf(schema, '/amount')).toBe('setting')
    expect(roleOf(schema, '/zorgs')).toBe('setting')
    expect(roleOf(schema, '/issue_number')).toBe('selector')
    expect(roleOf(schema, '/account_number')).toBe('destination')
  })

  test.each([
    ['email', 'destination'],
    ['uri', 'destination'],
    ['hostname', 'destination'],
    ['date-time', 'setting'],
    ['uuid', 'selector'],
    ['password', 'credential'],
  ])('the format %s is a %s where the name says nothing', (format, role) => {
    expect(roleOf(object({ zorg: { type: 'string', format } }), '/zorg')).toBe(role)
  })

  test('a format does not talk away what the name says', () => {
    for (const [name, role] of [
      ['api_key', 'credential'],
      ['command', 'command'],
      ['otp', 'proof'],
    ] as const) {
      expect(roleOf(object({ [name]: { type: 'string', format: 'date' } }), `/${name}`)).toBe(role)
    }
  })

  test('items are what their list is', () => {
    const email = { type: 'string', format: 'email' }
    const schema = object({
      recipients: { type: 'array', items: { type: 'string' } },
      zorgs: { type: 'array', items: email },
      pair: { type: 'array', prefixItems: [{ type: 'boolean' }, email] },
      described: { type: 'array', description: 'URLs to open', items: { type: 'string' } },
    })
    expect(roleOf(schema, '/recipients/7')).toBe('destination')
    expect(roleOf(schema, '/zorgs/0')).toBe('destination')
    expect(roleOf(schema, '/pair/0')).toBe('setting')
    expect(roleOf(schema, '/pair/1')).toBe('destination')
    expect(roleOf(schema, '/described/1')).toBe('destination')
  })

  test('members of objects, by reference too', () => {
    const schema = {
      $ref: '#/$defs/Mail',
      $defs: {
        Mail: { properties: { next: { $ref: '#/$defs/Mail' }, when: { format: 'date' } } },
      },
    }
    expect(roleOf(schema, '/next/next/next/when')).toBe('setting')
  })

  test('what a description names first counts where the name says nothing', () => {
    const schema = object({
      a: { description: 'The email address of the person to invite' },
      b: { description: 'Text to send to the recipient' },
      c: { description: 'ID of the user' },
      d: { description: 'SSH public key.' },
      e: { description: 'One-time code' },
      name: { description: 'Name of the channel to post to' },
    })
    expect(['a', 'b', 'c', 'd', 'e', 'name'].map((name) => roleOf(schema, `/${name}`))).toEqual([
      'destination',
      'content',
      'destination',
      'credential',
      'proof',
      'destination',
    ])
  })
})

describe('what nothing is known of', () => {
  test('is the thing acted on', () => {
    expect(roleOf(object({ zorg: { type: 'string' } }), '/zorg', 'zz-9')).toBe('selector')
    expect(rolesOf(undefined, {}).roleAt('', '', 'x')).toBe('selector')
  })

  test('is no text for a word of text before it; words of what is looked at closely do count', () => {
    expect(roleOf({}, '/message_zorg', 'x')).toBe('selector')
    expect(roleOf({}, '/date_zorg', 'x')).toBe('selector')
    expect(roleOf({}, '/recipient_zorg', 'x')).toBe('destination')
    expect(roleOf({}, '/password_zorg', 'x')).toBe('credential')
  })

  test('is a text where it is a long one', () => {
    expect(roleOf({}, '/zorg', 'some words '.repeat(30))).toBe('content')
    expect(roleOf({}, '/zorg', 'x'.repeat(500))).toBe('selector')
  })
})

test('an address is one wherever it stands, but in a text', () => {
  for (const value of ['https://a.example/x', ' git+ssh://a.example', 'a@b.example', 'mailto:a']) {
    for (const at of ['/zorg', '/version', '/file_id', '/mode', '/otp'])
      expect(roleOf({}, at, value), at).toBe('destination')
    expect(roleOf({}, '/body', value)).toBe('content')
    expect(roleOf({}, '/password', value)).toBe('credential')
  }
})

test('a long value of some code is a program', () => {
  expect(roleOf({}, '/handler_code', 'x-1')).toBe('selector')
  expect(roleOf({}, '/handler_code', 'do this; '.repeat(40))).toBe('command')
})

test('codes that end what was begun are short and of one piece', () => {
  expect(roleOf({}, '/otp', '123456')).toBe('proof')
  expect(roleOf({}, '/otp', 'https://example.com/')).toBe('destination')
  expect(roleOf({}, '/otp', 'two words')).toBe('selector')
})

test('what holds a value counts where its own name says little', () => {
  expect(roleOf({}, '/recipients/0/name')).toBe('destination')
  expect(roleOf({}, '/to/id')).toBe('destination')
  expect(roleOf({}, '/password/value')).toBe('credential')
  expect(roleOf({}, '/recipient/note')).toBe('content')
  expect(roleOf({}, '/message/to')).toBe('destination')
})

describe("the operator's word", () => {
  const role = fc.constantFrom(...ARGUMENT_ROLES)
  const step = fc.oneof(fc.constantFrom('to', 'command', 'a/b', 'x~y', '', '0'), fc.string())

  test('wins, whatever schema, name and value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), step, role, fc.jsonValue(), (schema, name, said, value) => {
        const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1')
        const hints = { [`/${escaped}`]: said }
        const plan = rolesOf(schema as Json, hints)
        expect(plan.roleAt(`/${escaped}`, name, value as Json)).toBe(said)
        expect(plan.roleAt(`/${escaped}/0/x`, 'x', value as Json)).toBe(said)
      }),
    )
  })

  test('is by name, by pointer, and the closest counts', () => {
    const hints: RoleHints = { to: 'content', '/to/*/id': 'selector', '/to/0/id': 'proof' }
    const plan = rolesOf({}, hints)
    expect(plan.roleAt('/to', 'to')).toBe('content')
    expect(plan.roleAt('/to/3/name', 'name')).toBe('content')
    expect(plan.roleAt('/to/3/id', 'id')).toBe('selector')
    expect(plan.roleAt('/to/0/id', 'id')).toBe('proof')
    expect(plan.roleAt('/x/to', 'to')).toBe('destination')
  })
})

describe('hostile schemas', () => {
  test('always give a role', () => {
    const keyword = fc.constantFrom(
      ...['$ref', 'anyOf', 'allOf', 'items', 'prefixItems', 'properties', 'enum', 'const'],
      ...['type', 'format', 'description', 'maxLength', 'additionalProperties', '__proto__'],
    )
    const schema = fc.object({ key: fc.oneof(keyword, fc.string()), maxDepth: 5 })
    const steps = fc.array(fc.oneof(keyword, fc.string(), fc.nat().map(String)))
    fc.assert(
      fc.property(schema, steps, fc.string(), fc.jsonValue(), (root, at, name, value) => {
        const pointer = at.map((step) => `/${step}`).join('')
        const role = rolesOf(root as Json, {}).roleAt(pointer, name, value as Json)
        expect(ARGUMENT_ROLES).toContain(role)
      }),
    )
  })

  test('cost no more than they may', () => {
    const loop: Json = {
      $ref: '#/$defs/a',
      $defs: { a: { anyOf: Array(300).fill({ $ref: '#/$defs/a' }), items: { $ref: '#' } } },
    }
    const deep = '/0'.repeat(5_000)
    expect(roleOf(loop, `${deep}/to`)).toBe('destination')
    const wide = object(
      Object.fromEntries(
        Array(2_000)
          .fill(0)
          .map((_, i) => [`p${i}`, {}]),
      ),
    )
    expect(roleOf(wide, '/p1999', 'x')).toBe('selector')
  })
})
