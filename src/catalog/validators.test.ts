import { expect, test } from 'vitest'
import { sha256 } from '../kernel/hash.ts'
import { validatorCache } from './validators.ts'

const object = { type: 'object' }
const plain = { inputSchema: object, outputSchema: undefined }

test('compiles once per digest', () => {
  const cache = validatorCache(1_000)
  expect(cache.of(sha256('a'), plain)).toBe(cache.of(sha256('a'), plain))
  expect(cache.of(sha256('b'), plain)).not.toBe(cache.of(sha256('a'), plain))
})

test('drops what was not used for the longest time', () => {
  const cache = validatorCache(40)
  const first = cache.of(sha256('a'), plain)
  const second = cache.of(sha256('b'), plain)
  expect(cache.of(sha256('a'), plain)).toBe(first)
  cache.of(sha256('c'), plain)
  expect(cache.of(sha256('a'), plain)).toBe(first)
  expect(cache.of(sha256('b'), plain)).not.toBe(second)
})

test('holds what is in use, however large', () => {
  const cache = validatorCache(1)
  const large = { inputSchema: { ...object, pattern: '^.{1000}$' }, outputSchema: undefined }
  expect(cache.of(sha256('a'), large)).toBe(cache.of(sha256('a'), large))
})

test('refuses again and again', () => {
  const cache = validatorCache(1_000)
  const remote = { inputSchema: object, outputSchema: { $ref: 'https://x.example/' } }
  const refused = expect.objectContaining({ code: 'definition_unsupported' })
  expect(() => cache.of(sha256('a'), remote)).toThrow(refused)
  expect(() => cache.of(sha256('a'), remote)).toThrow(refused)
})
