import { expect, test } from 'vitest'
import { pinDigest, pinId } from './pin-digest.ts'

test('what has no canonical form never has the digest of what has one', () => {
  expect(pinDigest({ a: Number.NaN })).not.toBe(pinDigest({ a: null }))
  expect(pinDigest('\ud800')).not.toBe(pinDigest('\\ud800'))
  expect(pinDigest({ b: 1, a: 2 })).toBe(pinDigest({ a: 2, b: 1 }))
})

test('no two pins share a place', () => {
  const digest = pinDigest(1)
  expect(pinId('a', 'tools', 'b"c', digest)).not.toBe(pinId('a', 'tools', 'b', digest))
  expect(pinId('a', 'tools', 'b', digest)).not.toBe(pinId('a', 'prompts', 'b', digest))
})
