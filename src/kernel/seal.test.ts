import { expect, test } from 'vitest'
import { createSeal } from './seal.ts'

const KEY = new Uint8Array(32).fill(1)
const seal = createSeal(KEY, 'engine')

test('what is sealed opens with its key, for its owner, in its place, unchanged', () => {
  const sealed = seal.seal('text', ['model', 'id'])
  expect(seal.open(sealed, ['model', 'id'])).toBe('text')
  expect(seal.tryOpen(sealed, ['model', 'id'])).toBe('text')
  expect(seal.seal('text', ['model', 'id'])).not.toBe(sealed)
  for (const other of [[], ['model'], ['modelid'], ['model', 'id', ''], ['model', ['id']]])
    expect(() => seal.open(sealed, other)).toThrow()
  const otherKey = createSeal(new Uint8Array(32).fill(2), 'engine')
  for (const other of [otherKey, createSeal(KEY, 'pages')]) {
    expect(() => other.open(sealed, ['model', 'id'])).toThrow()
    expect(other.tryOpen(sealed, ['model', 'id'])).toBeUndefined()
  }
  for (let at = 0; at < sealed.length; at += 1) {
    const other = sealed[at] === 'A' ? 'B' : 'A'
    const changed = sealed.slice(0, at) + other + sealed.slice(at + 1)
    // The last character holds spare bits.
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) continue
    expect(() => seal.open(changed, ['model', 'id'])).toThrow()
  }
  for (const short of ['', 'A', sealed.slice(0, 20), sealed.slice(0, 40), sealed.slice(0, -2)])
    expect(() => seal.open(short, ['model', 'id'])).toThrow()
})

test('a derived key is of one purpose and one owner, and the same every time', () => {
  const other = createSeal(KEY, 'pages')
  const keys = [seal.derive('a'), seal.derive('b'), seal.derive('seal'), other.derive('a')]
  expect(new Set(keys.map((key) => key.toString('hex')))).toHaveLength(4)
  expect(createSeal(KEY, 'engine').derive('a')).toEqual(keys[0])
})

test('a key of another size is refused', () => {
  for (const size of [0, 31, 33])
    expect(() => createSeal(new Uint8Array(size), 'engine')).toThrow('the key has to be 32 bytes')
})
