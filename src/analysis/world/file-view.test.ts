import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeFileView } from './file-view.ts'

const files = nodeFileView()
let base: string
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'file-view-')))
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

interface Entry {
  readonly at: string
  readonly is: 'folder' | 'file' | 'link' | 'absolute link'
  readonly target: string
}

function put(root: string, { at, is, target }: Entry): void {
  const path = `${root}/${at}`
  mkdirSync(is === 'folder' ? path : join(path, '..'), { recursive: true })
  if (is === 'file') writeFileSync(path, 'old', { flag: 'wx' })
  if (is === 'link') symlinkSync(target, path)
  if (is === 'absolute link') symlinkSync(`${root}/${target}`, path)
}

describe('the system is the judge', () => {
  /** So deep that links and `..` do not lead out of what is removed afterwards: each climbs six at most. */
  const DEPTH = 50
  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const way = fc
    .array(fc.oneof({ weight: 3, arbitrary: name }, fc.constantFrom('.', '..', '')), {
      minLength: 1,
      maxLength: 6,
    })
    .map((names) => names.join('/'))
  const entry: fc.Arbitrary<Entry> = fc.record({
    at: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
    is: fc.constantFrom('folder', 'file', 'link', 'absolute link'),
    target: way.filter((text) => text !== '' && !text.startsWith('/')),
  })
  let trees = 0

  function plant(entries: readonly Entry[]): string {
    const root = join(base, 'x/'.repeat(DEPTH), `tree-${trees}`)
    trees += 1
    mkdirSync(root, { recursive: true })
    for (const each of entries) {
      try {
        put(root, each)
      } catch {
        // Something stands in the way: the tree is what it is.
      }
    }
    return root
  }

  test('what is written through a path lies where it was said to lead', () => {
    let written = 0
    let refused = 0
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), way, (entries, path) => {
        const root = plant(entries)
        const given = `${root}/${path}`
        const said = files.follow(given)
        const existed = existsSync(given)
        const marker = `marker ${trees}`
        try {
          writeFileSync(given, marker)
        } catch {
          refused += 1
          if (said.kind === 'followed') expect(said.exists).toBe(existed)
          if (existed) expect(said).toMatchObject({ real: realpathSync.native(given) })
          return
        }
        written += 1
        expect(said).toMatchObject({ kind: 'followed', exists: existed })
        const { real } = said as { real: string }
        expect(real).toBe(realpathSync.native(given))
        expect(readFileSync(real, 'utf8')).toBe(marker)
      }),
      { numRuns: 1_500 },
    )
    expect(written).toBeGreaterThan(100)
    expect(refused).toBeGreaterThan(100)
  })

  test('a loop is blocked exactly where the system sees one', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), way, (entries, path) => {
        const given = `${plant(entries)}/${path}`
        let loops = false
        try {
          realpathSync.native(given)
        } catch (error) {
          loops = error instanceof Error && 'code' in error && error.code === 'ELOOP'
        }
        const { kind } = files.follow(given)
        if (loops) expect(kind).toBe('blocked')
        // Beyond what is missing the system stops to look, and so never sees the loop.
        else if (existsSync(given)) expect(kind).toBe('followed')
      }),
      { numRuns: 500 },
    )
  })
})

describe('blocked', () => {
  const why = (path: string): string => {
    const followed = files.follow(path)
    return followed.kind === 'blocked' ? followed.why : followed.real
  }

  test.each([
    ['', 'is not an absolute path of this system'],
    ['a/b', 'is not an absolute path of this system'],
    ['C:\\a', 'is not an absolute path of this system'],
    ['/a\0b', 'holds a NUL character'],
    ['/a\ud800', 'is not Unicode text'],
    [`/${'a'.repeat(256)}`, 'is too long'],
    [`/${'é'.repeat(128)}`, 'is too long'],
    [`/missing/${'é'.repeat(128)}`, 'is too long'],
    ['/a'.repeat(2_048), 'is too long'],
    ['/proc/self/status', 'leads somewhere else for each process'],
    ['/proc/self/root/etc', 'leads somewhere else for each process'],
    ['/proc/1/cwd', 'leads somewhere else for each process'],
    ['/dev/fd/0', 'leads somewhere else for each process'],
  ])('%j: %s', (path, reason) => {
    expect(why(path)).toBe(reason)
  })

  test('the longest names and paths pass', () => {
    for (const path of [`/${'a'.repeat(255)}`, '/a'.repeat(2_047)]) expect(why(path)).toBe(path)
  })

  test('forty links pass, one more is too many for the system too', () => {
    const folder = join(base, 'links')
    mkdirSync(folder)
    writeFileSync(join(folder, '0'), '')
    for (let i = 1; i <= 41; i += 1) symlinkSync(String(i - 1), join(folder, String(i)))
    expect(why(`${folder}/40`)).toBe(`${folder}/0`)
    expect(why(`${folder}/41`)).toBe('leads through too many links')
    expect(existsSync(`${folder}/40`)).toBe(true)
    expect(existsSync(`${folder}/41`)).toBe(false)
  })

  test('a folder that may not be read', () => {
    const folder = join(base, 'closed')
    mkdirSync(join(folder, 'inner'), { recursive: true })
    chmodSync(folder, 0o000)
    chmodSync(base, 0o755)
    const root = process.geteuid?.() === 0
    try {
      if (root) process.seteuid?.(65_534)
      expect(why(`${folder}/inner/x`)).toBe('leads through a folder that may not be read')
    } finally {
      if (root) process.seteuid?.(0)
      chmodSync(folder, 0o755)
    }
  })

  test('a link whose target is not Unicode text', () => {
    symlinkSync(Buffer.from([0x66, 0xff, 0x66]), join(base, 'bytes'))
    expect(why(`${base}/bytes`)).toBe('leads through a link that is not Unicode text')
  })
})

test('a link that is swapped all the time leads to one place or to the other', async () => {
  const folder = join(base, 'race')
  for (const side of ['inside', 'outside'])
    mkdirSync(join(folder, side, 'sub'), { recursive: true })
  // What exists differs on the two sides, so that a mixture would show.
  writeFileSync(join(folder, 'inside/sub/only-inside'), '')
  writeFileSync(join(folder, 'outside/sub/only-outside'), '')
  symlinkSync('inside', join(folder, 'link'))
  const stop = new SharedArrayBuffer(8)
  const state = new Int32Array(stop)
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads')
     const { symlinkSync, renameSync } = require('node:fs')
     const state = new Int32Array(workerData.stop)
     for (let i = 0; Atomics.load(state, 0) === 0; i += 1) {
       symlinkSync(i % 2 ? 'inside' : 'outside', workerData.folder + '/next')
       renameSync(workerData.folder + '/next', workerData.folder + '/link')
       Atomics.store(state, 1, i)
     }`,
    { eval: true, workerData: { folder, stop } },
  )
  const seen = new Map<string, number>()
  try {
    while (Atomics.load(state, 1) < 100) await new Promise((resolve) => setImmediate(resolve))
    const from = Atomics.load(state, 1)
    for (let i = 0; i < 5_000 || Atomics.load(state, 1) < from + 1_000; i += 1) {
      const said = JSON.stringify(files.follow(`${folder}/link/sub/only-outside`))
      seen.set(said, (seen.get(said) ?? 0) + 1)
    }
  } finally {
    Atomics.store(state, 0, 1)
    await worker.terminate()
  }
  const stateOn = (side: string, exists: boolean): string =>
    JSON.stringify({
      kind: 'followed',
      real: `${folder}/${side}/sub/only-outside`,
      exists,
      linked: true,
    })
  expect([...seen.keys()].sort()).toEqual([stateOn('inside', false), stateOn('outside', true)])
})

test('a folder that is swapped for a link is one or the other', () => {
  const folder = join(base, 'swap')
  mkdirSync(join(folder, 'real'), { recursive: true })
  mkdirSync(join(folder, 'there'))
  expect(files.follow(`${folder}/real/x`)).toMatchObject({
    real: `${folder}/real/x`,
    linked: false,
  })
  renameSync(join(folder, 'real'), join(folder, 'aside'))
  symlinkSync('there', join(folder, 'real'))
  expect(files.follow(`${folder}/real/x`)).toMatchObject({
    real: `${folder}/there/x`,
    linked: true,
  })
})
