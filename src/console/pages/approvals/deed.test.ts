import { expect, test } from 'vitest'
import { NO_FACTS } from '../../../kernel/facts.ts'
import { deedOf, type Request } from './deed.ts'

const said = (changes: object): string =>
  deedOf({ action: 'call', target: 'tool', ...changes } as unknown as Request)
    .map(({ text }) => text)
    .join('')
const doing = (effects: readonly string[], facts: object = {}) =>
  said({ classification: { effects }, facts: { ...NO_FACTS, ...facts } })
const to = (address: string) => ({ address })

test('what analysers read is named', () => {
  expect(doing(['send'], { recipients: [to('a@b.example')] })).toBe('send something to a@b.example')
  expect(doing(['pay'], { amounts: [{ value: '12.50', currency: 'EUR' }] })).toBe('pay 12.50 EUR')
  expect(doing(['pay'], { amounts: [{ value: '1' }], recipients: [to('a@b.example')] })).toBe(
    'pay 1 to a@b.example',
  )
  expect(doing([], { sql: [{ classes: ['delete', 'read'], tables: ['orders'] }] })).toBe(
    'run SQL that deletes from and reads orders',
  )
  expect(doing([], { sql: [{ classes: ['delete'], tables: [] }] })).toBe('run SQL that deletes')
  expect(doing(['execute'], { shell: [{ programs: ['rm', 'curl', 'rm'] }] })).toBe(
    'run rm and curl',
  )
  expect(doing(['read', 'delete'], { paths: [{ lexical: '/l', real: '/r' }] })).toBe('delete /r')
  expect(doing([], { urls: [{ host: 'a.example' }] })).toBe('reach a.example')
})

test('of many it says how many, and it cuts nothing', () => {
  const recipients = ['a', 'b', 'c', 'd', 'e'].map(to)
  expect(doing(['send'], { recipients })).toBe('send something to a, b, c and 2 more')
  const long = `/${'x'.repeat(500)}`
  expect(doing(['write'], { paths: [{ lexical: long }] })).toBe('write to what stands below')
})

test('without facts the gravest effect counts', () => {
  expect(doing(['read', 'delete'])).toBe('delete something')
  expect(doing([])).toBe('do something')
  expect(said({})).toBe('do something')
  expect(said({ action: 'read', target: 'memo://x' })).toBe('read memo://x')
  expect(said({ action: 'get', target: 'p' })).toBe('use the prompt p')
})
