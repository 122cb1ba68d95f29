import { expect, test } from 'vitest'
import { batches, rowsOf, stepTo } from './matrix.ts'

const cell = (subject: string, target: string) =>
  ({ subject, target, access: 'permit', by: [] }) as const

test('cells stand under their subject, and tools by name', () => {
  const cells = [cell('user:b', 'z:one'), cell('user:a', 'a:two'), cell('user:c', 'a:two')]
  const rows = rowsOf(
    cells.map((one) => ({ ...one, by: [] })),
    ['user:a', 'user:b'],
  )
  expect(rows.map(({ target, cells: row }) => [target, ...row.map((one) => one?.subject)])).toEqual(
    [
      ['a:two', 'user:a', undefined],
      ['z:one', undefined, 'user:b'],
    ],
  )
})

test('who is in the same groups is asked about together', () => {
  const of = (subject: string, ...groups: string[]) => ({ subject, name: subject, groups })
  expect(batches([of('a', 'x', 'y'), of('b'), of('c', 'y', 'x')])).toEqual([
    { subjects: ['a', 'c'], groups: ['x', 'y'] },
    { subjects: ['b'], groups: [] },
  ])
})

test('arrows stay within the grid', () => {
  const size = { rows: 3, columns: 2 }
  expect(stepTo('ArrowDown', undefined, size)).toEqual({ row: 0, column: 0 })
  expect(stepTo('ArrowDown', { row: 2, column: 1 }, size)).toEqual({ row: 2, column: 1 })
  expect(stepTo('ArrowLeft', { row: 1, column: 1 }, size)).toEqual({ row: 1, column: 0 })
  expect(stepTo('End', { row: 1, column: 0 }, size)).toEqual({ row: 1, column: 1 })
  expect(stepTo('PageDown', { row: 0, column: 0 }, size)).toEqual({ row: 2, column: 0 })
  expect(stepTo('x', { row: 0, column: 0 }, size)).toBeUndefined()
  expect(stepTo('ArrowDown', undefined, { rows: 0, columns: 0 })).toBeUndefined()
})
