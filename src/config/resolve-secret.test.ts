import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveText } from './resolve-secret.ts'
import { type ConfigText, formatText, parseText } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-secret-'))
const places = { env: { TOKEN: 's3cr3t', EMPTY: '', LINES: 'a\nb' }, homedir: folder, folder }
const read = (text: string) => resolveText(parseText(text) as ConfigText, 'servers.a', places)

test('a literal is itself, a variable and a file are read, a prefix stays', () => {
  writeFileSync(join(folder, 'token'), 'fr0m-file\n')
  expect(read('plain')).toBe('plain')
  expect(read('Bearer secret://env/TOKEN')).toBe('Bearer s3cr3t')
  expect(read('secret://file/token')).toBe('fr0m-file')
  expect(read('secret://file/~/token')).toBe('fr0m-file')
  expect(read(`secret://file/${join(folder, 'token')}`)).toBe('fr0m-file')
})

test('a reference is written as it was read', () => {
  for (const text of ['Bearer secret://env/TOKEN', 'secret://file/a/b', 'plain'])
    expect(formatText(parseText(text) as ConfigText)).toBe(text)
})

test.each([
  ['secret://env/NONE', 'the environment variable `NONE` is not set or empty'],
  ['secret://env/EMPTY', 'the environment variable `EMPTY` is not set or empty'],
  ['secret://env/LINES', 'holds a line break or control character'],
  ['secret://file/none', 'cannot be read'],
  ['secret://file/large', 'too large for a secret'],
])('%s is refused', (text, message) => {
  writeFileSync(join(folder, 'large'), 'x'.repeat(70_000))
  expect(() => read(text)).toThrow(message)
})
