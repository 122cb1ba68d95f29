import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatText, parseText } from '../config/secret.ts'
import type { ConfigText } from '../kernel/secret-reference.ts'
import { resolveText } from './resolve-secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'bailiwick-secret-'))
const env = { TOKEN: 's3cr3t', EMPTY: '', LINES: 'a\nb' }
const read = (text: string) => resolveText(parseText(text) as ConfigText, folder, env)

test('a literal is itself, a variable and a file are read, a prefix stays', () => {
  writeFileSync(join(folder, 'token'), 'fr0m-file\n', { mode: 0o600 })
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
  ['secret://vault/x', 'the secret `secret://vault/x` is needed before the vault is open'],
  ['secret://aws/x', 'the secret `secret://aws/x` is needed before the vault is open'],
  ['secret://file/none', 'the secret `secret://file/none` refers to nothing'],
  ['secret://file/.', 'the secret `secret://file/.` refers to nothing'],
  ['secret://file/large', 'the secret `secret://file/large` is too long'],
])('%s is refused', (text, message) => {
  writeFileSync(join(folder, 'large'), 'x'.repeat(70_000), { mode: 0o600 })
  expect(() => read(text)).toThrow(message)
})

test('a file that others can read or change is refused, and says how to close it', () => {
  const file = join(folder, 'open')
  writeFileSync(file, 's3cr3t', { mode: 0o600 })
  expect(read('secret://file/open')).toBe('s3cr3t')
  for (const mode of [0o644, 0o640, 0o620, 0o602, 0o604]) {
    chmodSync(file, mode)
    expect(() => read('secret://file/open')).toThrow('can be read or changed by others')
  }
})

test('a link is followed within its own folder, as secrets of a cluster are mounted, and to no other', () => {
  mkdirSync(join(folder, 'mount', '..1'), { recursive: true })
  mkdirSync(join(folder, 'other'))
  writeFileSync(join(folder, 'mount', '..1', 'key'), 'm0unted', { mode: 0o600 })
  writeFileSync(join(folder, 'other', 'key'), '0ther', { mode: 0o600 })
  symlinkSync('..1', join(folder, 'mount', '..data'))
  symlinkSync('..data/key', join(folder, 'mount', 'key'))
  symlinkSync('../other/key', join(folder, 'mount', 'out'))
  expect(read('secret://file/mount/key')).toBe('m0unted')
  expect(() => read('secret://file/mount/out')).toThrow('is a link to another folder')
})
