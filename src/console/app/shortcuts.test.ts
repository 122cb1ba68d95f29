import { expect, test } from 'vitest'
import { keyOf } from './shortcuts.ts'

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }

test('keys are named as people write them', () => {
  expect(keyOf({ ...none, key: 'j' })).toBe('j')
  expect(keyOf({ ...none, key: 'K', metaKey: true })).toBe('mod+k')
  expect(keyOf({ ...none, key: 'k', ctrlKey: true })).toBe('mod+k')
  expect(keyOf({ ...none, key: 'A', shiftKey: true })).toBe('shift+a')
  expect(keyOf({ ...none, key: 'Enter', shiftKey: true })).toBe('shift+enter')
  expect(keyOf({ ...none, key: ' ' })).toBe('space')
})

test('a sign that needs shift on some keyboards is named by itself', () => {
  expect(keyOf({ ...none, key: '?', shiftKey: true })).toBe('?')
  expect(keyOf({ ...none, key: '/', shiftKey: true })).toBe('/')
})

test('a modifier alone is no key', () => {
  for (const key of ['Shift', 'Control', 'Meta', 'Alt', 'Dead'])
    expect(keyOf({ ...none, key })).toBeUndefined()
})
