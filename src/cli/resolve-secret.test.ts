import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ConfigText, formatText, parseText } from '../config/secret.ts'
import { resolveText } from './resolve-secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-secret-'))
const env = { TOKEN: 's3cr3t', EMPTY: '', LINES: 'a\nb' }
const read = (text: string) => resolveText(parseText(text) as ConfigText, folder, env)

test('a literal is itself, a variable and a file are read, a prefix stays', () => {
  writeFileSync(join(folder, 'token'), 'fr0m-file\n')
  expect(read('plain')).toBe('plain')
  expect(read('Bearer secret://env/TOKEN')).toBe('Bearer s3cr3t')
  expect(read('secret://file/token')).toBe('fr0m-file')
  expect(read(`secret://file/${join(folder, 'token')}`)).toBe('fr0m-file')
})

test('a reference is written as it was read', () => {
  for (const text of ['Bearer secret://env/TOKEN', 'secret://file/a/b', 'plain'])
    expect(formatText(parseText(text) as ConfigText)).toBe(text)
})

test.each([
  ['secret://env/NONE', 'the secret `secret://env/NONE` refers to nothing'],
  ['secret://env/EMPTY', 'the secret `secret://env/EMPTY` refers to nothing'],
  ['secret://env/LINES', 'the secret `secret://env/LINES` holds a line break'],
  ['secret://file/none', 'the secret `secret://file/none` refers to nothing'],
  ['secret://file/.', 'the secret `secret://file/.` refers to nothing'],
  ['secret://file/large', 'the secret `secret://file/large` is too long'],
])('%s is refused', (text, message) => {
  writeFileSync(join(folder, 'large'), 'x'.repeat(70_000))
  expect(() => read(text)).toThrow(message)
})
