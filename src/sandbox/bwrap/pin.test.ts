import { once } from 'node:events'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pin } from './pin.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-pin-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function held(path: string): { fd: number; folder: boolean } {
  const pinned = pin(path)
  if ('refused' in pinned) throw new Error(pinned.refused)
  return pinned
}

test('holds a folder or file, whatever becomes of its path', () => {
  const work = join(folder, 'work')
  mkdirSync(work)
  writeFileSync(join(work, 'file'), '')
  const [outer, file] = [held(work), held(join(work, 'file'))]
  expect([outer.folder, file.folder]).toEqual([true, false])
  const before = fstatSync(outer.fd).ino
  renameSync(work, join(folder, 'moved'))
  symlinkSync('/etc', work)
  expect(fstatSync(outer.fd).ino).toBe(before)
  expect(pin(work)).toEqual({ refused: 'path_changed' })
  for (const { fd } of [outer, file]) closeSync(fd)
})

test('refuses a link anywhere in the path, and what is no file or folder', async () => {
  mkdirSync(join(folder, 'real/work'), { recursive: true })
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  expect(pin(join(folder, 'link/work'))).toEqual({ refused: 'path_changed' })
  expect(pin(join(folder, 'link'))).toEqual({ refused: 'path_changed' })
  expect(pin(join(folder, 'none'))).toEqual({ refused: 'path_missing' })
  expect(pin('/dev/null')).toEqual({ refused: 'path_refused' })
  const server = createServer().listen(join(folder, 'socket'))
  await once(server, 'listening')
  expect(pin(join(folder, 'socket'))).toEqual({ refused: 'path_holds_socket' })
  server.close()
})
