import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ensureOwnerToken, ownerTokenFile, readOwnerToken } from './owner-token.ts'

const fresh = () => join(mkdtempSync(join(tmpdir(), 'bailiwick-token-')), 'data')

test('is made once, with 256 bits, closed to others', () => {
  const dataDir = fresh()
  const token = ensureOwnerToken(dataDir)
  expect(Buffer.from(token.slice('bwo_'.length), 'base64url')).toHaveLength(32)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(statSync(ownerTokenFile(dataDir)).mode & 0o777).toBe(0o600)
  expect(ensureOwnerToken(dataDir)).toBe(token)
  expect(readOwnerToken(dataDir)).toBe(token)
  expect(ensureOwnerToken(fresh())).not.toBe(token)
})

test.each([0o640, 0o604, 0o660])('is refused when others may read it: %o', (mode) => {
  const dataDir = fresh()
  ensureOwnerToken(dataDir)
  chmodSync(ownerTokenFile(dataDir), mode)
  expect(() => readOwnerToken(dataDir)).toThrow('can be read by others')
  expect(() => ensureOwnerToken(dataDir)).toThrow('can be read by others')
})

test('is refused when it is a link, damaged or missing; a message never shows it', () => {
  const dataDir = fresh()
  expect(() => readOwnerToken(dataDir)).toThrow('there is no owner token')
  const token = ensureOwnerToken(dataDir)
  const other = fresh()
  ensureOwnerToken(other)
  writeFileSync(ownerTokenFile(other), `${token}x`)
  expect(() => readOwnerToken(other)).toThrow(/damaged$/)
  const linked = `${dataDir}-linked`
  symlinkSync(dataDir, linked)
  expect(readOwnerToken(linked)).toBe(token)
  const third = mkdtempSync(join(tmpdir(), 'bailiwick-token-'))
  symlinkSync(ownerTokenFile(dataDir), ownerTokenFile(third))
  expect(() => readOwnerToken(third)).toThrow('cannot be read')
  expect(() => ensureOwnerToken(third)).toThrow('cannot be read')
  expect(readFileSync(ownerTokenFile(dataDir), 'utf8')).toBe(`${token}\n`)
})
