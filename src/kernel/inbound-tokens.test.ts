import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { InboundToken } from './credential.ts'
import { createInboundWatch } from './inbound-tokens.ts'

const random = (bytes: number) => randomBytes(bytes).toString('base64url')
const HEAD = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.${random(90)}`
const signed = () => `${HEAD}.${random(64)}` as InboundToken
const opaque = () => random(32) as InboundToken
const REFUSED = expect.objectContaining({ code: 'passthrough_refused' })

function watchAt(options: { maxTokens?: number } = {}) {
  let now = 1_000
  let refused = 0
  const watch = createInboundWatch({ clock: () => now, onRefused: () => refused++, ...options })
  return {
    ...watch,
    refused: () => refused,
    at: (time: number) => {
      now = time
    },
  }
}

test.each([
  ['signed', signed],
  ['opaque', opaque],
])('a %s token is refused in whatever it goes out', (_, make) => {
  const { seen, check, refused } = watchAt()
  const token = make()
  seen(token, 60_000)
  const ways = [
    token,
    `Authorization\nBearer ${token}`,
    JSON.stringify({ arguments: { token, a: 1 } }),
    JSON.stringify({ a: JSON.stringify({ token }) }),
    `https://x.example/?t=${encodeURIComponent(token)}`,
    `Basic ${Buffer.from(`user:${token}`).toString('base64')}`,
    Buffer.from(token).toString('hex'),
  ]
  for (const text of ways) expect(() => check(text)).toThrow(REFUSED)
  expect(refused()).toBe(ways.length)
  expect(() => check(make())).not.toThrow()
  expect(() => check(`Bearer ${HEAD}.x`)).not.toThrow()
})

test('what is refused is not said', () => {
  const { seen, check } = watchAt()
  const token = signed()
  seen(token, 60_000)
  expect(() => check(token)).not.toThrow(token.slice(-16))
})

test('a token that is over is none; one that is seen again lasts longer', () => {
  const { seen, check, at } = watchAt()
  const [short, long] = [signed(), signed()]
  seen(short, 2_000)
  seen(long, 2_000)
  seen(long, 90_000)
  seen(long, 3_000)
  at(2_000)
  expect(() => check(short)).not.toThrow()
  expect(() => check(long)).toThrow(REFUSED)
  at(60_000)
  seen(signed(), 99_000)
  expect(() => check(long)).toThrow(REFUSED)
  at(90_000)
  expect(() => check(long)).not.toThrow()
})

test('when there are too many, those that are over soonest go first', () => {
  const { seen, check } = watchAt({ maxTokens: 40 })
  const tokens = Array.from({ length: 50 }, signed)
  for (const [index, token] of tokens.entries()) seen(token, 10_000 + index)
  expect(() => check(tokens[0] ?? '')).not.toThrow()
  for (const token of tokens.slice(10)) expect(() => check(token)).toThrow(REFUSED)
})

test.each([
  ['signed', signed],
  ['opaque', opaque],
])('a %s token is taken out of texts, with what is written together with it', (_, make) => {
  const { seen, redact } = watchAt()
  const token = make()
  seen(token, 60_000)
  const base64 = Buffer.from(`user:${token}`).toString('base64')
  const hex = Buffer.from(token).toString('hex')
  for (const form of [token, encodeURIComponent(token), base64, hex])
    expect(redact(`first "${form}", again ${form}!`)).toBe(
      'first "[token removed]", again [token removed]!',
    )
  expect(redact(`Bearer ${make()}`)).toContain('Bearer ')
  expect(redact('nothing')).toBe('nothing')
})
