import { describe, expect, test } from 'vitest'
import { NO_FACTS } from '../../kernel/facts.ts'
import { amount, facts, path, recipient } from '../testing/facts.ts'
import { outcome } from '../testing/guards.ts'

const FILES = '{ path: { within: [/srv/work] } }'

describe('scope', () => {
  const guard =
    '{ path: { within: [/srv/work] }, arguments: [path, /edits/file, "/list/*/x", "a/b"] }'
  const bad = (at: string) => outcome(guard, facts({ paths: [path('/etc/passwd', { at })] }))

  test.each([
    '/path',
    '/path/0',
    '/path/deep/er',
    '/edits/file',
    '/edits/0/file',
    '/edits/0/1/file/2',
    '/list/3/x',
    '/list/x/x',
    '/a~1b',
  ])('%s is looked at', (at) => expect(bad(at)).toBe(at === '/list/x/x' ? 'none' : 'fail'))

  test.each(['', '/paths', '/other', '/edits', '/edits/0', '/edits/files', '/x/path', '/a/b'])(
    '%s is not',
    (at) => expect(bad(at)).toBe('none'),
  )

  test('what cannot be read counts above the arguments too, and only of the same kind', () => {
    const unread = (at: string, kind: 'path' | 'sql') =>
      outcome(guard, facts({ unparsable: [{ at, kind, why: '' }] }))
    expect(unread('', 'path')).toBe('fail')
    expect(unread('/edits', 'path')).toBe('fail')
    expect(unread('/edits/0/file', 'path')).toBe('fail')
    expect(unread('/other', 'path')).toBe('none')
    expect(unread('/path', 'sql')).toBe('none')
  })

  test('one misfit fails what otherwise passes', () => {
    const both = facts({
      paths: [path('/srv/work/a', { at: '/path' }), path('/x', { at: '/path' })],
    })
    expect(outcome(guard, both)).toBe('fail')
  })
})

test('without anything of its kind every guard comes to `none`', () => {
  const all = [
    FILES,
    '{ url: {} }',
    '{ sql: {} }',
    '{ shell: { programs: [a] } }',
    '{ recipients: { domains: [a.example] } }',
  ]
  const more = [
    '{ amount: { max: "1" } }',
    '{ identifier: { types: [uuid] } }',
    '{ media: { types: ["image/*"] } }',
    '{ pattern: {} }',
  ]
  for (const guard of [...all, ...more]) expect(outcome(guard, NO_FACTS)).toBe('none')
})

test('how content is embedded says nothing against it, and that it runs does', () => {
  const media = (flag: string) => {
    const fact = { at: '/a', origin: 'found', flags: [flag], type: 'text/html' } as const
    return outcome('{ media: { types: [text/html] } }', facts({ media: [fact] }))
  }
  for (const flag of ['data-uri', 'encoded-text']) expect(media(flag)).toBe('pass')
  for (const flag of ['active', 'executable', 'mismatch']) expect(media(flag)).toBe('fail')
})

describe('flags', () => {
  const flagged = (flag: string, rule = '') =>
    outcome(
      `{ path: { within: [/srv/work]${rule} } }`,
      facts({ paths: [path('/srv/work/a', { flags: [flag] })] }),
    )

  test.each(['stream', 'device', 'magic', 'unc', 'control', 'of-tomorrow'])('%s fails', (flag) => {
    expect(flagged(flag)).toBe('fail')
    expect(flagged(flag, `, flags: { allow: [${flag}] }`)).toBe('pass')
  })

  test.each(['linked', 'traversal', 'glob'])('%s passes', (flag) => {
    expect(flagged(flag)).toBe('pass')
    expect(flagged(flag, `, flags: { deny: [${flag}] }`)).toBe('fail')
    expect(flagged(flag, `, flags: { allow: [${flag}], deny: [${flag}] }`)).toBe('fail')
  })
})

test('recipients: exact domains, domains beneath, whole addresses, and not too many', () => {
  const guard =
    '{ recipients: { domains: [Example.com, "*.example.org"], addresses: [Ada@other.example], maxCount: 2 } }'
  const seen = (...all: readonly string[]) =>
    outcome(guard, facts({ recipients: all.map((one) => recipient(one)) }))
  for (const one of ['a@example.com', 'a@x.example.org', 'Ada@other.example'])
    expect(seen(one)).toBe('pass')
  for (const one of [
    'a@x.example.com',
    'a@example.org',
    'ada@other.example',
    'a@example.com.evil.example',
    'a@notexample.com',
  ]) {
    expect(seen(one)).toBe('fail')
    expect(seen('a@example.com', one)).toBe('fail')
  }
  expect(seen('a@example.com', 'b@example.com')).toBe('pass')
  expect(seen('a@example.com', 'b@example.com', 'c@example.com')).toBe('fail')
})

test('amounts: exact, signed, in a known currency', () => {
  const seen = (rule: string, ...all: readonly ReturnType<typeof amount>[]) =>
    outcome(`{ amount: { max: "100.00", ${rule} } }`, facts({ amounts: all }))
  const euro = (value: string) => seen('currencies: [EUR]', amount(value, 'EUR'))
  for (const value of ['0', '100', '99.99', '100.000000', '0.1']) expect(euro(value)).toBe('pass')
  for (const value of ['100.000000000000000000000001', '-1', '-0.01', '1e3', '', '9'.repeat(50)]) {
    expect(euro(value)).toBe('fail')
  }
  expect(seen('currencies: [EUR]', amount('1', 'USD'))).toBe('fail')
  expect(seen('currencies: [EUR]', amount('1'))).toBe('fail')
  expect(seen('', amount('1'))).toBe('pass')
  expect(seen('min: "-5"', amount('-5'))).toBe('pass')
  expect(seen('total: "150.5"', amount('100'), amount('50.5'))).toBe('pass')
  expect(seen('total: "150.5"', amount('100'), amount('50.5'), amount('0.01'))).toBe('fail')
  expect(seen('total: "150.5", min: "-100"', amount('100'), amount('100'), amount('-90'))).toBe(
    'fail',
  )
})

test('identifiers, media, patterns', () => {
  const place = { at: '/a', origin: 'found', flags: [] } as const
  const id = (type: string) => facts({ identifiers: [{ ...place, type, value: 'x' }] })
  expect(outcome('{ identifier: { types: [uuid] } }', id('uuid'))).toBe('pass')
  expect(outcome('{ identifier: { types: [uuid] } }', id('iban'))).toBe('fail')
  const media = (type: string, bytes: number) =>
    outcome(
      '{ media: { types: ["image/*", text/plain], maxBytes: 1KiB } }',
      facts({
        media: [
          { ...place, type, bytes },
          { ...place, type },
        ],
      }),
    )
  expect(media('image/png', 1024)).toBe('pass')
  expect(media('text/plain', 0)).toBe('pass')
  expect(media('image/png', 1025)).toBe('fail')
  for (const type of ['text/html', 'images/png', 'image', 'text/plainer'])
    expect(media(type, 1)).toBe('fail')
  const pattern = (source: string, flags: readonly string[]) =>
    outcome('{ pattern: { maxLength: 3 } }', facts({ patterns: [{ ...place, source, flags }] }))
  expect(pattern('abc', [])).toBe('pass')
  expect(pattern('abcd', [])).toBe('fail')
  expect(pattern('abc', ['slow'])).toBe('fail')
})
