import { describe, expect, test } from 'vitest'
import { type Facts, NO_FACTS, type SqlFact } from '../../../../kernel/facts.ts'
import { factsBy, readFacts } from './facts-in.ts'
import { kindOf } from './kind-of.ts'
import { mailIn, stepTo } from './mail.ts'

const place = (at: string) => ({ at, origin: 'declared', flags: [] }) as const
const sql: Omit<SqlFact, 'at' | 'origin' | 'flags'> = {
  dialects: ['postgresql'],
  count: 1,
  statements: ['delete'],
  classes: ['delete'],
  tables: ['orders'],
  columns: [],
  functions: [],
}
const facts: Facts = {
  ...NO_FACTS,
  sql: [{ ...place('/query'), ...sql }],
  paths: [{ ...place('/path'), text: '/tmp/a', style: 'posix', lexical: '/tmp/a', real: '/srv/a' }],
  recipients: [{ ...place('/to/0'), address: 'bo@example.org', domain: 'example.org' }],
  unparsable: [{ at: '/a~1b', kind: 'shell', why: 'it does not end' }],
  amounts: [{ ...place(''), value: '12.50', currency: 'EUR' }],
}

describe('a text is drawn as what was read in it', () => {
  test.each([
    ['delete from orders', '/query', 'sql'],
    ['delete from orders', '/note', 'text'],
    ['/tmp/a', '/path', 'path'],
    ['https://a.example/', '/note', 'address'],
    ['see https://a.example/ or not', '/note', 'text'],
    ['@@ -1 +1 @@\n-a\n+b', '/note', 'diff'],
  ])('%s at %s: %s', (text, at, kind) => {
    expect(kindOf(text, at, facts)).toBe(kind)
  })
})

describe('a message', () => {
  test('has somebody whom it goes to, and something to tell', () => {
    const value = { to: ['bo@example.org'], subject: 'Hi', body: 'Text', priority: 1 }
    expect(mailIn(value, '', facts)).toEqual({ to: ['to'], subject: 'subject', body: 'body' })
    expect(mailIn({ to: ['bo@example.org'] }, '', facts)).toBeUndefined()
    expect(mailIn({ subject: 'Hi', body: 'Text' }, '', facts)).toBeUndefined()
    expect(mailIn(value, '/other', facts)).toBeUndefined()
  })
})

test('every fact stands at its argument, or with those about all of them', () => {
  const read = readFacts(facts)
  const { of, rest } = factsBy(read, ['query', 'path', 'to', 'a/b', 'toast'])
  expect([...of.values()].flat().length + rest.length).toBe(read.length)
  expect(of.get('query')).toMatchObject([{ value: 'delete; statements delete; tables orders' }])
  expect(of.get('path')).toMatchObject([{ value: '/srv/a' }])
  expect(of.get('a/b')).toMatchObject([{ unread: true, value: 'it does not end' }])
  expect(of.get('toast')).toEqual([])
  expect(rest).toMatchObject([{ what: 'amount', value: '12.50 EUR' }])
})

test('places are escaped', () => {
  expect(stepTo('/x', 'a/b~c')).toBe('/x/a~1b~0c')
})
