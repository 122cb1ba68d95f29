import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { classify } from '../classify.ts'
import { argumentsOf } from './arguments.ts'

const TEXT = { type: 'string' }

function schema(...names: readonly string[]): Json {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, TEXT])) }
}

function effects(name: string, inputSchema: Json): string {
  return classify({ name, inputSchema }).effects.join(' ')
}

describe('arguments that only acting needs', () => {
  test.each([
    ['a command', ['command'], 'read execute'],
    ['a shell command', ['shellCommand'], 'read execute'],
    ['a script', ['script'], 'read execute'],
    ['code of a language', ['python_code'], 'read execute'],
    ['SQL', ['sql'], 'read execute'],
    ['a query in SQL', ['sqlQuery'], 'read execute'],
    ['a query in Cypher', ['cypher'], 'read execute'],
    ['a file and what is in it', ['path', 'content'], 'read write'],
    ['a place for the result', ['output_path'], 'read write'],
    ['an old text and a new one', ['old_str', 'new_str'], 'read write'],
    ['somebody and a message', ['recipient', 'message'], 'read send'],
    ['a channel and a text', ['channel_id', 'text'], 'read send'],
    ['to and a body', ['to', 'subject', 'body'], 'read send'],
    ['a place to call back', ['webhookUrl'], 'read send'],
    ['an address', ['url'], 'read send'],
    ['a card', ['card_number'], 'read pay'],
    ['a way to pay', ['payment_method_id'], 'read pay'],
  ])('%s', (_, names, expected) => {
    expect(effects('get_thing', schema(...names))).toBe(expected)
  })

  test.each([
    ['a span of time', ['from', 'to']],
    ['units of a conversion', ['amount', 'from_currency', 'to_currency']],
    ['codes', ['country_code', 'zip_code', 'code', 'language_code']],
    ['content without a place', ['content']],
    ['a place without content', ['path', 'recursive', 'encoding']],
    ['a search', ['query', 'q', 'filter', 'limit', 'cursor']],
    ['a channel', ['channel_id', 'limit']],
    ['messages of somebody', ['recipient', 'limit', 'since']],
    ['a name of a command', ['command_id', 'script_name']],
    ['a schema', ['database', 'table', 'schema']],
  ])('%s are none', (_, names) => {
    expect(effects('get_thing', schema(...names))).toBe('read')
  })

  test('a choice of fixed values is no command', () => {
    const command = { type: 'string', enum: ['start', 'stop'] }
    expect(effects('get_thing', { type: 'object', properties: { command } })).toBe('read')
  })

  test('words of a description tell queries apart', () => {
    const query = (description: string): Json => ({
      type: 'object',
      properties: { query: { ...TEXT, description } },
    })
    expect(effects('get_thing', query('The SQL query to run'))).toBe('read execute')
    expect(effects('get_thing', query('SELECT statement'))).toBe('read execute')
    expect(effects('get_thing', query('Words to look for'))).toBe('read')
  })

  test.each([
    ['agreement', ['confirm'], 'write'],
    ['for good', ['permanently'], 'write delete'],
    ['money for somebody', ['amount', 'payee'], 'write pay'],
    ['rights of somebody', ['user_id', 'role'], 'write admin'],
  ])('%s counts where no verb says that it is read', (_, names, expected) => {
    expect(effects('thing', schema(...names))).toBe(expected)
    expect(classify({ name: 'get_thing', inputSchema: schema(...names) })).toMatchObject({
      effects: ['read'],
      confidence: 'low',
    })
  })

  test('are found at any depth', () => {
    const inner = { type: 'object', properties: { command: TEXT } }
    for (const properties of [
      { params: inner },
      { list: { type: 'array', items: inner } },
      { any: { anyOf: [{ type: 'null' }, inner] } },
    ])
      expect(effects('get_thing', { type: 'object', properties })).toBe('read execute')
    const referred = {
      type: 'object',
      $defs: { Inner: inner },
      properties: { a: { $ref: '#/$defs/Inner' } },
    }
    expect(effects('get_thing', referred)).toBe('read execute')
  })
})

test('arguments never lower what a name says', () => {
  const name = fc.array(
    fc.constantFrom('get', 'list', 'delete', 'send', 'run', 'pay', 'user', 'x', 'write'),
    { minLength: 1, maxLength: 4 },
  )
  const names = fc.array(
    fc.constantFrom(
      'command',
      'url',
      'to',
      'body',
      'path',
      'content',
      'id',
      'force',
      'role',
      'amount',
    ),
  )
  const risks = ['low', 'medium', 'high']
  fc.assert(
    fc.property(name, names, (parts, args) => {
      const alone = classify({ name: parts.join('_') })
      const both = classify({ name: parts.join('_'), inputSchema: schema(...args) })
      expect(both.effects).toEqual(expect.arrayContaining([...alone.effects]))
      expect(risks.indexOf(both.risk)).toBeGreaterThanOrEqual(risks.indexOf(alone.risk))
    }),
  )
})

describe('confidence', () => {
  test.each([
    ['get_issue', schema('id', 'owner'), undefined, 'high'],
    ['get_issue', schema('id', 'reasoning'), undefined, 'medium'],
    ['get_issue', schema('command'), undefined, 'low'],
    ['get_issue', undefined, undefined, 'low'],
    ['write_file', schema('path', 'content'), undefined, 'high'],
    ['write_file', schema('id'), undefined, 'medium'],
    ['write_file', schema('path', 'content'), { readOnlyHint: true }, 'low'],
    ['frobnicate', schema('id'), { readOnlyHint: true }, 'low'],
    ['get_issue', schema('id', 'reasoning'), { readOnlyHint: true }, 'medium'],
  ])('%s: %j with %j is %s', (name, inputSchema, annotations, expected) => {
    expect(classify({ name, inputSchema, annotations }).confidence).toBe(expected)
  })
})

describe('kinds of data', () => {
  test.each([
    ['get_customer', ['personal']],
    ['list_invoices', ['financial']],
    ['getUserPayments', ['personal', 'financial']],
    ['read_secret', ['credentials']],
    ['search_repository', ['source']],
    ['get_linked_ssh_keys', ['credentials']],
    ['getApiKey', ['credentials']],
    ['get_key_metrics', []],
    ['get_user_password', ['personal', 'credentials']],
    ['get_passport', ['confidential', 'personal']],
    ['get_medical_records', ['confidential', 'personal']],
    ['list_salaries', ['confidential', 'financial']],
    ['get_account_balance', ['personal', 'financial']],
    ['get_next_page_token', []],
    ['get_weather', []],
    ['create_customer', []],
  ])('%s: %j', (name, expected) => {
    expect(classify({ name }).reads).toEqual(expected)
  })

  test('are read from what comes back, too', () => {
    const outputSchema = {
      type: 'object',
      properties: { rows: { type: 'array', items: schema('email') } },
    }
    expect(classify({ name: 'get_rows', outputSchema }).reads).toEqual(['personal'])
  })
})

describe('a schema that is hostile', () => {
  test('costs no more than a schema', () => {
    let deep: Json = TEXT
    for (let depth = 0; depth < 200; depth += 1) deep = { type: 'object', properties: { a: deep } }
    expect(argumentsOf(deep).length).toBeLessThan(10)
    const names = Array.from({ length: 5_000 }, (_, index) => `a${index}`)
    expect(argumentsOf(schema(...names))).toHaveLength(500)
  })

  test('of any shape is read', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(argumentsOf(value as Json))))
  })
})
