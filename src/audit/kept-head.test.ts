import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepHead, readKeptHead } from './kept-head.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bailiwick-head-'))
  path = join(directory, 'records.head')
})
afterEach(() => rmSync(directory, { recursive: true }))

const head = (seq: number) => ({ seq, hash: String(seq).padStart(64, '0') })

test('the last noted head is in the file after a flush, and nothing else is left', async () => {
  const kept = keepHead(path, () => {})
  for (let seq = 1; seq <= 500; seq += 1) kept.note(head(seq))
  await kept.flush()
  expect(await readFile(path, 'utf8')).toBe(`{"hash":"${'0'.repeat(61)}500","seq":500}\n`)
  expect(await readKeptHead(path)).toEqual(head(500))
  expect(await readdir(directory)).toEqual(['records.head'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the head follows without a flush', async () => {
  const kept = keepHead(path, () => {})
  kept.note(head(1))
  kept.note(head(2))
  while ((await readKeptHead(path).catch(() => undefined))?.seq !== 2)
    await new Promise((resolve) => setTimeout(resolve, 5))
  await kept.flush()
})

test('a failure is told, and the next write catches up', async () => {
  await mkdir(path)
  const errors: unknown[] = []
  const kept = keepHead(path, (error) => errors.push(error))
  kept.note(head(1))
  await expect(kept.flush()).rejects.toThrow()
  await rm(path, { recursive: true })
  kept.note(head(2))
  await kept.flush()
  expect(await readKeptHead(path)).toEqual(head(2))
})

test('a failure that lasts is told once', async () => {
  await mkdir(path)
  const errors: unknown[] = []
  const kept = keepHead(path, (error) => errors.push(error))
  kept.note(head(1))
  await new Promise((resolve) => setTimeout(resolve, 350))
  await rm(path, { recursive: true })
  await kept.flush()
  expect(errors).toHaveLength(1)
})

test('no file is no head; another file is refused', async () => {
  expect(await readKeptHead(path)).toBeUndefined()
  for (const text of ['', '{', '[]', '{"seq":1}', `{"hash":"${'g'.repeat(64)}","seq":1}`]) {
    await writeFile(path, text)
    await expect(readKeptHead(path)).rejects.toMatchObject({
      code: 'audit_unavailable',
      message: 'the kept head of the records cannot be read',
    })
  }
})
