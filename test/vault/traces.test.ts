import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FRAGMENT, tracesOf } from './traces.ts'

// The search itself is held to find what it looks for, and nothing else.

const random = randomBytes(24).toString('base64url')
const signed = ['{"alg":"none"}', '{"sub":"ann"}'].map((part) =>
  Buffer.from(part).toString('base64url'),
)
const VALUES = [
  random,
  'sk live 4242/with+odd=marks',
  [...signed, randomBytes(32).toString('base64url')].join('.'),
]
const trace = tracesOf(new Map(VALUES.map((value) => [value, value])))

const WRITINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  percent: (text) => encodeURIComponent(text),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  JSON: (text) => JSON.stringify({ text }),
}
const around = fc.string({ maxLength: 5 })
const one = fc.constantFrom(...VALUES)

test.each(Object.entries(WRITINGS))('finds it whole: %s', (_, write) => {
  fc.assert(
    fc.property(one, around, around, (value, before, after) => {
      expect(trace(`${before}${write(before + value + after)}${after}`)).toContain(value)
    }),
    { numRuns: 50 },
  )
})

test.each(Object.entries(WRITINGS))('finds a fragment: %s', (_, write) => {
  const most = random.length - FRAGMENT
  fc.assert(
    fc.property(fc.nat(most), around, around, (at, before, after) => {
      // A writing in groups of three loses up to two characters at each end.
      const part = random.slice(at, at + FRAGMENT + 4)
      fc.pre(part.length === FRAGMENT + 4)
      expect(trace(write(before + part + after))).toContain(random)
    }),
    { numRuns: 50 },
  )
})

test('finds what was split', () => {
  const parts = random.match(/.{1,6}/g) ?? []
  for (const text of [parts.join(' '), JSON.stringify(parts), parts.join('\\n"'), parts.join('\n')])
    expect(trace(text)).toContain(random)
})

test('finds nothing where nothing is', () => {
  expect(trace(randomBytes(1_000_000).toString('base64'))).toEqual([])
  expect(trace(random.slice(0, FRAGMENT - 1))).toEqual([])
  // Claims are told to everybody who holds a token of the same kind.
  expect(trace(signed.join('.'))).toEqual([])
})
