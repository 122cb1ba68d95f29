import { expect, test } from 'vitest'
import type { Json } from '../../../kernel/json.ts'
import { changesOf, pointerOf } from './changes.ts'

test('what objects inherit is no member', () => {
  const own = JSON.parse('{"__proto__":{}}') as Json
  expect(changesOf({}, own)).toMatchObject([{ path: ['__proto__'], kind: 'added' }])
  expect(changesOf(own, {})).toMatchObject([{ path: ['__proto__'], kind: 'removed' }])
})

test('depth hides nothing, and is no danger', () => {
  const nested = (value: Json, depth: number): Json =>
    Array.from({ length: depth }).reduce<Json>((inner) => [inner], value)
  for (const depth of [100, 1_000, 50_000]) {
    const [only, ...others] = changesOf(nested(1, depth), nested(2, depth))
    expect(others).toEqual([])
    expect(pointerOf(only?.path ?? [])).toBe('/0'.repeat(64))
  }
  expect(changesOf(nested(1, 1_000), nested(1, 1_000))).toEqual([])
})

test('the order of members says nothing, that of elements does', () => {
  expect(changesOf({ enum: [{ a: 1, b: 2 }] }, { enum: [{ b: 2, a: 1 }] })).toEqual([])
  expect(changesOf({ enum: [1, 2] }, { enum: [2, 1] })).toMatchObject([{ path: ['enum'] }])
  expect(changesOf({ x: [1, 2, 3] }, { x: [1, 3] })).toEqual([
    { path: ['x', '1'], kind: 'removed', before: 2, after: undefined },
  ])
})
