import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { searchIn } from './search.ts'

// The search itself is held to find what it looks for.

const value = randomBytes(32).toString('base64url')
const SECRETS = [
  value,
  `${randomBytes(24).toString('base64url')}.12.${value}`,
  'a long word of the owner 7',
  'häuser "am" Meer & 7/8',
]

const WRITINGS: Readonly<Record<string, (text: string, bytes: Buffer) => Buffer>> = {
  'as it is': (text) => Buffer.from(text),
  'in a form': (text) => Buffer.from(new URLSearchParams({ a: text }).toString()),
  'in an address': (text) => Buffer.from(encodeURIComponent(text)),
  'in an address in an address': (text) =>
    Buffer.from(encodeURIComponent(encodeURIComponent(text))),
  'in JSON': (text) => Buffer.from(JSON.stringify({ a: text })),
  'in hexadecimal': (_, bytes) => Buffer.from(bytes.toString('hex')),
  'in capitals of it': (_, bytes) => Buffer.from(bytes.toString('hex').toUpperCase()),
  'in base 64': (_, bytes) => Buffer.from(bytes.toString('base64')),
  'in base 64 for addresses': (_, bytes) => Buffer.from(bytes.toString('base64url')),
}

for (const [name, write] of Object.entries(WRITINGS))
  test(`finds a secret ${name}`, () => {
    const around = fc.uint8Array({ maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(...SECRETS), around, around, (secret, before, after) => {
        const inside = Buffer.concat([before, Buffer.from(secret), after])
        const written = write(secret, inside)
        expect(searchIn(Buffer.concat([before, written, after]))(secret)).toBe(true)
      }),
    )
  })

test('finds the bytes that a random value stands for', () => {
  const bytes = Buffer.from(value, 'base64url')
  expect(searchIn(Buffer.concat([Buffer.from('in a '), bytes, Buffer.from('row')]))(value)).toBe(
    true,
  )
  expect(searchIn(Buffer.from(`"${bytes.toString('hex')}"`))(value)).toBe(true)
})

test('finds nothing where nothing is', () => {
  for (const secret of SECRETS) {
    expect(searchIn(randomBytes(100_000))(secret)).toBe(false)
    expect(searchIn(Buffer.from(secret.slice(0, secret.length / 2)))(secret)).toBe(false)
  }
})
