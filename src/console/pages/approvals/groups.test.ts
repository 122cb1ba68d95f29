import { expect, test } from 'vitest'
import { fits, groupsOf, type Listed, nameOf } from './groups.ts'

const item = (id: string, changes: Partial<Listed> = {}): Listed =>
  ({
    ...{ id, subject: 'user:ann', client: 'app', server: 'mail', target: 'send' },
    state: 'pending',
    ...changes,
  }) as Listed

test('alike requests fold into one, where the newest stands; others stay apart', () => {
  const others = [
    item('2', { subject: 'agent:ann' }),
    item('3', { client: 'other' }),
    item('4', { target: 'read' }),
    item('5', { server: 'post' }),
    item('6', { state: 'used' }),
  ]
  const groups = groupsOf([item('1'), ...others, item('7')])
  expect(groups.map(({ items }) => items.map(({ id }) => id))).toEqual([
    ['1', '7'],
    ...['2', '3', '4', '5', '6'].map((id) => [id]),
  ])
  expect(new Set(groups.map(({ key }) => key)).size).toBe(6)
})

test('a search wants all its words', () => {
  expect(fits(item('1'), undefined)).toBe(true)
  expect(fits(item('1'), 'ANN send')).toBe(true)
  expect(fits(item('1'), 'ann pay')).toBe(false)
})

test('names', () => {
  expect(nameOf('user:ann')).toBe('ann')
  expect(nameOf('agent:x:y')).toBe('agent x:y')
})
