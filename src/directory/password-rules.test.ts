import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkNewPassword, normalizePassword } from './password-rules.ts'

const ABOUT = ['ada', 'Ada Lovelace']

test.each([
  'violet kettle drives north',
  'q8#Vz!pL2wd&',
  'Käsebrot mit Gürkchen',
  'パスワードは長いほうがよい',
  'tr0mbone-94-glacier',
])('%s is good', (password) => {
  expect(checkNewPassword(password, ABOUT)).toBe(password)
})

test.each([
  ['short', 'violet kett'],
  ['short in characters, not in bytes', 'ääääääääääö'],
  ['one character', 'aaaaaaaaaaaaaaaa'],
  ['few characters', 'abcdabcdabcdabdc'],
  ['one part, twice', 'kettle9kettle9'],
  ['one part and a bit', 'kettle9kettle9ket'],
  ['a row of keys', 'qwertyuiop1234567'],
  ['a row, backwards', '9876543210zyxwvu'],
  ['common words', 'Password1234!'],
  ['common words in disguise', 'P@$$w0rd2026!!'],
  ['their own name', 'Ada-Lovelace-1815'],
  ['their own name in disguise', 'L0v3l4c3-ada!!'],
  ['the product', 'bailiwick-admin-2026'],
])('%s is refused', (_, password) => {
  expect(() => checkNewPassword(password, ABOUT)).toThrow(/12 characters|easily guessed/)
})

test('what cannot be typed, or is too long, is none', () => {
  const wrong = [
    '',
    'violet kettle\u0000drives',
    'x\ud800xxxxxxxxxxxxxx',
    'violet\u0378kettle drives',
  ]
  for (const password of wrong) expect(normalizePassword(password)).toBeUndefined()
  expect(normalizePassword('x'.repeat(1_024))).toHaveLength(1_024)
  expect(normalizePassword('x'.repeat(1_025))).toBeUndefined()
  expect(normalizePassword('ä'.repeat(512))).toBeDefined()
  expect(normalizePassword('ä'.repeat(513))).toBeUndefined()
  expect(() => checkNewPassword('x'.repeat(2_000), [])).toThrow('1024 bytes')
})

test('a password is the same however it is typed', () => {
  expect(normalizePassword('Zu\u0308rich\u00a0\u2003x')).toBe('Z\u00fcrich  x')
  const once = (text: string) => normalizePassword(text)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const normal = once(text)
      if (normal === undefined) return
      expect(once(normal)).toBe(normal)
      expect(once(text.normalize('NFD'))).toBe(normal)
    }),
  )
})

test('random passwords are good', () => {
  for (let at = 0; at < 500; at += 1) checkNewPassword(randomBytes(15).toString('base64url'), ABOUT)
})
