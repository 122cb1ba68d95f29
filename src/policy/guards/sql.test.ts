import { describe, expect, test } from 'vitest'
import { facts, sql } from '../testing/facts.ts'
import { outcome } from '../testing/guards.ts'

describe('SQL', () => {
  const seen = (guard: string, more: Parameters<typeof sql>[0] = {}) =>
    outcome(`{ sql: ${guard} }`, facts({ sql: [sql(more)] }))

  test('without more words: one statement that reads', () => {
    expect(seen('{}')).toBe('pass')
    expect(seen('{}', { count: 2 })).toBe('fail')
    expect(seen('{}', { count: 0 })).toBe('fail')
    expect(seen('{ multiple: true }', { count: 2 })).toBe('pass')
    expect(seen('{ multiple: true }', { count: 0 })).toBe('fail')
    for (const one of [
      'write',
      'delete',
      'schema',
      'admin',
      'execute',
      'transaction',
      'of-tomorrow',
    ]) {
      expect(seen('{}', { classes: ['read', one] })).toBe('fail')
    }
    for (const flag of ['side-effect', 'file', 'program', 'dynamic']) {
      expect(seen('{}', { flags: [flag] })).toBe('fail')
    }
  })

  test('statements at any depth, and no more than follows from them', () => {
    const select = '{ statements: [select] }'
    expect(seen(select)).toBe('pass')
    expect(seen(select, { statements: ['delete', 'select'] })).toBe('fail')
    expect(seen(select, { classes: ['read', 'write'] })).toBe('fail')
    const insert = '{ statements: [insert, select] }'
    expect(seen(insert, { statements: ['insert'], classes: ['write'] })).toBe('pass')
    expect(seen(insert, { statements: ['insert'], classes: ['delete', 'write'] })).toBe('fail')
    const replace = { statements: ['replace'], classes: ['delete', 'write'] }
    expect(seen('{ statements: [replace] }', replace)).toBe('pass')
    expect(seen('{ statements: [vacuum] }', { statements: ['vacuum'], classes: ['admin'] })).toBe(
      'fail',
    )
    const vacuum = '{ statements: [vacuum], classes: [admin] }'
    expect(seen(vacuum, { statements: ['vacuum'], classes: ['admin'] })).toBe('pass')
  })

  test('dialect, tables, functions, rows', () => {
    expect(seen('{ dialect: postgresql }')).toBe('pass')
    expect(seen('{ dialect: mysql }')).toBe('fail')
    expect(seen('{ tables: [crm.customer] }')).toBe('pass')
    expect(seen('{ tables: ["crm.*"] }')).toBe('pass')
    for (const table of ['customer', 'x.crm.customer', 'crm.customers', 'CRM.customer']) {
      expect(seen('{ tables: [crm.customer] }', { tables: ['crm.customer', table] })).toBe('fail')
    }
    expect(seen('{ functions: [count] }', { functions: ['count'] })).toBe('pass')
    expect(seen('{ functions: [count] }', { functions: ['count', 'pg_sleep'] })).toBe('fail')
    expect(seen('{ functions: [] }', { functions: ['count'] })).toBe('fail')
    const own = { functions: ['my_report'], flags: ['unknown-function'] }
    expect(seen('{}', own)).toBe('fail')
    expect(seen('{ functions: [my_report] }', own)).toBe('pass')
    expect(seen('{ functions: [my_report], flags: { deny: [unknown-function] } }', own)).toBe(
      'fail',
    )
    expect(seen('{ functions: [count] }', own)).toBe('fail')
    expect(seen('{ limitMax: 10 }')).toBe('pass')
    expect(seen('{ limitMax: 9 }')).toBe('fail')
    const { limit: _, ...unlimited } = sql()
    expect(outcome('{ sql: { limitMax: 9 } }', facts({ sql: [unlimited] }))).toBe('fail')
  })

  test.each([
    ['ssn'],
    ['SSN'],
    ['c.ssn'],
    ['crm.customer.ssn'],
    ['*'],
    ['customer.*'],
    ['customer'],
    ['crm.customer'],
  ])('the column %s is denied', (column) => {
    expect(seen('{ columnsDeny: [ssn] }', { columns: ['name', column] })).toBe('fail')
    expect(seen('{ columnsDeny: [Ssn] }', { columns: [column] })).toBe('fail')
  })

  test('other columns are not, nor is any without a denial', () => {
    expect(seen('{ columnsDeny: [ssn] }', { columns: ['name', 'c.assn', 'ssn_count'] })).toBe(
      'pass',
    )
    expect(seen('{}', { columns: ['*', 'ssn'] })).toBe('pass')
  })
})
