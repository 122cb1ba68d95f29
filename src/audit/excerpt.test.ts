import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import { excerptWriter } from './excerpt.ts'

const excerpt = (value: JsonObject, maxBytes = 1_000, redact: readonly string[] = []) =>
  excerptWriter({ maxBytes, redact })(value)

test('nothing when nothing may be kept', () => {
  expect(excerpt({ a: 1 }, 0)).toBeUndefined()
})

test('short values are kept whole', () => {
  const value = { b: [1, null, true, 'x"y'], a: { c: 'ä' } }
  expect(excerpt(value)).toBe(JSON.stringify(value))
})

test.each([
  'password',
  'PASSWORD',
  'userPassword',
  'x-api-key',
  'Api_Key',
  'api key',
  'access_token',
  'Authorization',
  'client-secret',
  'Set-Cookie',
  'private_key',
])('a member named %s loses its value, however deep', (name) => {
  const text = excerpt({ a: [{ b: { [name]: 'hunter2' } }], [name]: { all: ['hunter2'] } })
  expect(text).not.toContain('hunter2')
  expect(text).toBe(
    `{"a":[{"b":{${JSON.stringify(name)}:"[redacted]"}}],${JSON.stringify(name)}:"[redacted]"}`,
  )
})

test('a value that its neighbour names a secret is one', () => {
  const headers = [
    { name: 'Authorization', value: 'Bearer hunter2' },
    { key: 'Accept', value: '*/*' },
  ]
  expect(excerpt({ headers })).toBe(
    '{"headers":[{"name":"Authorization","value":"[redacted]"},{"key":"Accept","value":"*/*"}]}',
  )
})

test.each([0, 3, 60])(
  'a token of this gateway is not kept, with %i characters before it',
  (before) => {
    const token = `bwo_${'A9_-'.repeat(11).slice(0, 43)}`
    const text = `${'x'.repeat(before)}${token} and more`
    expect(excerpt({ text })).toBe(JSON.stringify({ text: text.replace(token, '[redacted]') }))
    for (let maxBytes = 1; maxBytes < 120; maxBytes += 1) {
      expect(excerpt({ text }, maxBytes)).not.toMatch(/bwo_[A-Za-z0-9_-]{4}/)
    }
  },
)

test('operators add words', () => {
  expect(excerpt({ iban: 'DE00', note: 'n' }, 100, ['I-BAN'])).toBe(
    '{"iban":"[redacted]","note":"n"}',
  )
})

test('a cut is at a character and shows', () => {
  expect(excerpt({ a: 'ääää' }, 9)).toBe('{"a":"ä…')
  expect(excerpt({ a: '\u{1f600}' }, 8)).toBe('{"a":"…')
})

test('is never longer than allowed, always well formed, and a prefix of the whole', () => {
  fc.assert(
    fc.property(fc.object({ key: fc.string({ unit: 'binary' }) }), fc.nat(200), (value, max) => {
      const json = JSON.parse(JSON.stringify(value)) as JsonObject
      const text = excerpt(json, max + 1) ?? ''
      const whole = excerpt(json, 1_000_000) ?? ''
      expect(text.isWellFormed()).toBe(true)
      expect(Buffer.byteLength(text.replace(/…$/, ''))).toBeLessThanOrEqual(max + 1)
      expect(whole.startsWith(text === whole ? text : text.slice(0, -1))).toBe(true)
    }),
  )
})

test('what lies beyond the cut is not visited', () => {
  const untouched = Object.defineProperty({}, 'secret', {
    enumerable: true,
    get: () => expect.fail('visited'),
  }) as JsonObject
  expect(excerpt({ a: 'x'.repeat(100), b: untouched, c: [untouched] }, 64)).toMatch(/^\{"a":"x+…$/)
})
