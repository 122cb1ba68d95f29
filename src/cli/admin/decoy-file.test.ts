import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { decoyText, freshFile, writeDecoy } from './decoy-file.ts'

const KEYS = 'aws_access_key_id = A\naws_secret_access_key = b/c+d = e'
const folder = mkdtempSync(join(tmpdir(), 'decoys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['credentials', 'aws-key', KEYS, `[default]\n${KEYS}\n`],
  ['.env', 'aws-key', KEYS, "AWS_ACCESS_KEY_ID='A'\nAWS_SECRET_ACCESS_KEY='b/c+d = e'\n"],
  ['.env.local', 'password', 'a#b', "DB_PASSWORD='a#b'\n"],
  ['token.txt', 'github-token', 'ghp_x', 'ghp_x\n'],
  ['keys.json', 'api-key', 'k', '{\n  "api_key": "k"\n}\n'],
  ['customer.json', 'record', '{"id":1}', '{\n  "id": 1\n}\n'],
] as const)('%s has a decoy in its own words', (file, kind, value, text) => {
  expect(decoyText(`/a/${file}`, kind, value)).toBe(text)
})

test('a file that is there is left alone', () => {
  const file = freshFile({ cwd: folder }, 'credentials')
  writeDecoy(file, 'aws-key', KEYS)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(() => freshFile({ cwd: folder }, 'credentials')).toThrow('there is a file')
  expect(() => writeDecoy(file, 'url', 'other')).toThrow('there is a file')
  expect(readFileSync(file, 'utf8')).toContain(KEYS)
})
