import { expect, test } from 'vitest'
import { SECRET_STATES } from '../../../kernel/vault.ts'
import { byUrgency, firstOverlap, OVERLAPS, referenceTo, STATES } from './words.ts'

test('exposed ones come first, then by name', () => {
  const secrets = [
    { name: 'b', state: 'good' },
    { name: 'a', state: 'good' },
    { name: 'c', state: 'due' },
    { name: 'e', state: 'exposed' },
    { name: 'd', state: 'expired' },
  ] as const
  expect(secrets.toSorted(byUrgency).map(({ name }) => name)).toEqual(['e', 'd', 'c', 'a', 'b'])
})

test('every state has a word and a sign of its own: colour alone says nothing', () => {
  const all = SECRET_STATES.map((state) => STATES[state])
  expect(new Set(all.map(({ word }) => word)).size).toBe(SECRET_STATES.length)
  expect(new Set(all.map(({ icon }) => icon)).size).toBe(SECRET_STATES.length)
})

test('the value before an exposed one is not left good', () => {
  expect(firstOverlap('exposed')).toBe('0')
  for (const state of SECRET_STATES)
    expect(OVERLAPS.map(({ value }) => value)).toContain(firstOverlap(state))
})

test('a reference names the place and the secret', () => {
  expect(referenceTo({ name: 'wiki', owner: 'shared' })).toBe('secret://vault/wiki')
  expect(referenceTo({ name: 'wiki', owner: 'user:ann' })).toBe('secret://user/wiki')
})
