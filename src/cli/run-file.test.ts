import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { claim, findRunning, runFile } from './run-file.ts'

const STARTED = new Date('2026-11-21T10:00:00Z')
const fresh = () => mkdtempSync(join(tmpdir(), 'bailiwick-run-'))
const PLACE = { url: 'http://127.0.0.1:7463', issuer: 'http://localhost:1', certificate: undefined }

test('tells where the gateway listens, from its announcement to its end', () => {
  const dataDir = fresh()
  const held = claim(dataDir, STARTED)
  expect(findRunning(dataDir)).toBeUndefined()
  held.announce(PLACE)
  expect(findRunning(dataDir)).toEqual({
    ...PLACE,
    pid: process.pid,
    started: '2026-11-21T10:00:00.000Z',
  })
  held.release()
  expect(findRunning(dataDir)).toBeUndefined()
  expect(existsSync(runFile(dataDir))).toBe(false)
})

test('a second gateway on the same data directory is refused', () => {
  const dataDir = fresh()
  const held = claim(dataDir, STARTED)
  held.announce(PLACE)
  expect(() => claim(dataDir, STARTED)).toThrow(
    /^a gateway runs on .* already \(process \d+, at http/,
  )
  held.release()
  claim(dataDir, STARTED).release()
})

test('the file of a dead process counts as none, and so does one of a later process with its id', async () => {
  const dataDir = fresh()
  const held = claim(dataDir, STARTED)
  held.announce(PLACE)
  const text = readFileSync(runFile(dataDir), 'utf8')
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  writeFileSync(runFile(dataDir), text.replace(`"pid":${process.pid}`, `"pid":${child.pid}`))
  expect(findRunning(dataDir)).toBeUndefined()
  writeFileSync(runFile(dataDir), text.replace(/"born":"\d*"/, '"born":"1"'))
  expect(findRunning(dataDir)).toBeUndefined()
  claim(dataDir, STARTED).release()
})

test.each(['', '[]', '{"pid":-1}', '{"pid":1,"born":"x","started":"y","url":7}', 'null'])(
  'a damaged file counts as none: %s',
  (text) => {
    const dataDir = fresh()
    writeFileSync(runFile(dataDir), text, { mode: 0o600 })
    expect(findRunning(dataDir)).toBeUndefined()
  },
)
