import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestTree, stampTree } from './tree.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bailiwick-tree-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const at = (...path: string[]) => join(root, ...path)
const digest = async (folder = root) => (await digestTree(folder)).digest

test('a copy has the same digest and another stamp', async () => {
  mkdirSync(at('one/sub'), { recursive: true })
  writeFileSync(at('one/sub/a'), 'text')
  symlinkSync('sub/a', at('one/link'))
  cpSync(at('one'), at('two'), { recursive: true, verbatimSymlinks: true })
  expect(await digest(at('two'))).toBe(await digest(at('one')))
  expect(await stampTree(at('two'))).not.toBe(await stampTree(at('one')))
})

test('names, contents and what may be executed count; what else there is of permissions does not', async () => {
  writeFileSync(at('a'), 'text', { mode: 0o644 })
  const before = await digest()
  chmodSync(at('a'), 0o600)
  expect(await digest()).toBe(before)
  chmodSync(at('a'), 0o755)
  expect(await digest()).not.toBe(before)
})

test('no two trees have one digest', async () => {
  const name = fc.stringMatching(/^[a-z"\n,[\]]{1,6}$/)
  const tree = fc.dictionary(name, fc.string({ maxLength: 8 }), {
    maxKeys: 4,
    noNullPrototype: true,
  })
  let count = 0
  const write = (files: Readonly<Record<string, string>>) => {
    count += 1
    mkdirSync(at(String(count)))
    for (const [file, text] of Object.entries(files)) writeFileSync(at(String(count), file), text)
    return digest(at(String(count)))
  }
  await fc.assert(
    fc.asyncProperty(tree, tree, async (one, other) => {
      const text = (files: object) => JSON.stringify(Object.entries(files).sort())
      expect((await write(one)) === (await write(other))).toBe(text(one) === text(other))
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['/etc/passwd', 'leads out'],
  ['../outside', 'leads out'],
  ['/nothing/is/here', 'leads out'],
  ['../gone', 'leads out'],
  ['inner/../../outside', 'leads out'],
  ['loop', 'leads in a circle'],
])('a link to %s is refused', async (target, why) => {
  mkdirSync(at('tree/inner'), { recursive: true })
  writeFileSync(at('outside'), '')
  symlinkSync(target, at('tree/loop'))
  await expect(digestTree(at('tree'))).rejects.toThrow(why)
})

test('a link that leaves through another link is refused', async () => {
  mkdirSync(at('tree/a/b'), { recursive: true })
  writeFileSync(at('secret'), '')
  symlinkSync('a/b', at('tree/down'))
  // By its words it stays: tree/a/x/../secret. By the links on its way it does not.
  symlinkSync('.', at('tree/a/x'))
  symlinkSync('x/../../secret', at('tree/a/way'))
  await expect(digestTree(at('tree'))).rejects.toThrow('the link `a/way` leads out of the folder')
})

test('a link to an interpreter is allowed where it is named', async () => {
  symlinkSync('/usr/bin/env', at('python'))
  await expect(digestTree(root)).rejects.toThrow('leads out')
  expect((await digestTree(root, ['/usr/bin/env'])).files).toBe(0)
})

test('a pipe is refused, and nobody waits for it', async () => {
  execFileSync('mkfifo', [at('pipe')])
  await expect(digestTree(root)).rejects.toThrow('`pipe` is no file, folder or link')
})
