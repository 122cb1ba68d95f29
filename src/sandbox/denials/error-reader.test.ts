import { describe, expect, test } from 'vitest'
import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { bareProfile } from '../testing/profile.ts'
import { endingOf } from './ending.ts'
import { errorReader, pathsIn } from './error-reader.ts'

const mount = (path: string) => ({ from: path, to: path, optional: false })

function read(text: string, exists = (_: string) => true) {
  const { fs } = bareProfile()
  const profile = bareProfile({ fs: { ...fs, ro: [mount('/srv/code')], rw: [mount('/srv/work')] } })
  const denied: SandboxDenial[] = []
  const reader = errorReader({
    ...{ server: 'files', profile, exists },
    watch: { denied: (denial) => denied.push(denial) },
  })
  for (const line of text.split('\n')) reader.read(line)
  return denied.map(({ target, reason }) => [target, reason])
}

describe('what servers say of files', () => {
  test.each([
    [
      "Error: EACCES: permission denied, open '/srv/other/a.txt'",
      '/srv/other/a.txt',
      'not-mounted',
    ],
    ["Error: ENOENT: no such file or directory, open '/srv/x'", '/srv/x', 'not-mounted'],
    ["PermissionError: [Errno 13] Permission denied: '/srv/x'", '/srv/x', 'not-mounted'],
    ['FileNotFoundError: [Errno 2] No such file or directory: "/srv/x"', '/srv/x', 'not-mounted'],
    ["OSError: [Errno 30] Read-only file system: '/srv/x/y'", '/srv/x/y', 'read-only'],
    ['cat: /srv/x: Permission denied', '/srv/x', 'not-mounted'],
    ['open /srv/x: permission denied', '/srv/x', 'not-mounted'],
    ["EROFS: read-only file system, open '/srv/code/cache'", '/srv/code/cache', 'read-only'],
    [
      "EROFS: read-only file system, open '/srv/work/.git/hooks/x'",
      '/srv/work/.git/hooks/x',
      'protected',
    ],
    ["EACCES: permission denied, open '/srv/work/../x/'", '/srv/x', 'not-mounted'],
  ])('%s', (line, path, reason) => {
    expect(read(line)).toEqual([[path, reason]])
  })

  test.each([
    "Error: ENOENT: no such file or directory, open '/srv/work/new.txt'",
    "Error: ENOENT: no such file or directory, open '/usr/lib/missing.so'",
    "Error: EACCES: permission denied, open '/proc/1/environ'",
    "Error: ENOENT: no such file or directory, open 'relative.txt'",
    'listening on /srv/x',
    '',
  ])('nothing is made of: %s', (line) => {
    expect(read(line)).toEqual([])
  })

  test('what is not on this machine was not kept from it', () => {
    expect(read("ENOENT: no such file or directory, open '/srv/x'", () => false)).toEqual([])
  })

  test('a path counts once, and only so many are looked up', () => {
    let looks = 0
    const lines = Array.from({ length: 1_000 }, (_, at) => `EACCES '/srv/f${at % 500}'`)
    const found = read(lines.join('\n'), () => {
      looks += 1
      return true
    })
    expect([found.length, looks]).toEqual([200, 200])
  })

  test('long and broken lines are read in linear time', () => {
    const long = `EACCES ${"'".repeat(50_000)}${' /'.repeat(50_000)}`
    expect(pathsIn(long).length).toBeLessThan(2)
    expect(pathsIn("EACCES '/a'\n".repeat(10_000))).toHaveLength(8)
  })
})

test.each([
  [{ code: null, signal: 'SIGKILL' }, false, true, { reason: 'memory', signal: 'SIGKILL' }],
  [{ code: 137, signal: null }, false, false, { reason: 'killed', signal: 'SIGKILL' }],
  [{ code: 159, signal: null }, false, false, { reason: 'system-call', signal: 'SIGSYS' }],
  [{ code: null, signal: 'SIGXCPU' }, false, false, { reason: 'cpu-seconds', signal: 'SIGXCPU' }],
  [{ code: 153, signal: null }, false, false, { reason: 'file-size', signal: 'SIGXFSZ' }],
  [{ code: null, signal: 'SIGKILL' }, true, false, undefined],
  [{ code: 1, signal: null }, false, false, undefined],
  [{ code: null, signal: 'SIGTERM' }, false, false, undefined],
] as const)('%j, asked: %s, over its memory: %s', (exit, asked, over, ending) => {
  expect(endingOf(exit, asked, over)).toEqual(ending)
})
