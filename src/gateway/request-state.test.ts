import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { stateSeal } from './request-state.ts'

const KEY = randomBytes(32)
let time = 0
const seal = stateSeal(KEY, () => time)

function refused(open: () => unknown): void {
  expect(open).toThrow(GatewayError)
  expect(open).toThrow('requestState is not valid for this request')
}

test('what was sealed opens, for the same request', () => {
  const sealed = seal.seal({ upstream: 'théir state' }, 'alice reads a')
  expect(seal.open(sealed, 'alice reads a')).toEqual({ upstream: 'théir state' })
  expect(sealed).not.toContain('state')
})

test('another subject, another request, another key: refused', () => {
  const sealed = seal.seal({ parked: 'p' }, 'alice reads a')
  refused(() => seal.open(sealed, 'mallory reads a'))
  refused(() => stateSeal(randomBytes(32), () => time).open(sealed, 'alice reads a'))
})

test('every changed character is refused', () => {
  const sealed = seal.seal({ upstream: 'x' }, 'b')
  for (let index = 0; index < sealed.length; index += 1) {
    const other = sealed[index] === 'A' ? 'B' : 'A'
    const forged = sealed.slice(0, index) + other + sealed.slice(index + 1)
    // The last character of base64url may carry bits that decode to nothing.
    const same = Buffer.from(forged.slice(4), 'base64url').equals(
      Buffer.from(sealed.slice(4), 'base64url'),
    )
    if (!same || index < 4) refused(() => seal.open(forged, 'b'))
  }
})

test.each(['', 'x', 'bw1.', 'bw1.AAAA', 'plain state of a server'])('`%s` is refused', (forged) => {
  refused(() => seal.open(forged, 'b'))
})

test('it expires', () => {
  const sealed = seal.seal({ upstream: 'x' }, 'b')
  time += 15 * 60_000 + 1
  refused(() => seal.open(sealed, 'b'))
})
