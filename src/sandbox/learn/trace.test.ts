import { describe, expect, test } from 'vitest'
import { traceReader } from './trace.ts'

function uses(lines: readonly string[], begin = true) {
  const reader = traceReader('/srv/work')
  const first = begin ? ['7 execve("/usr/bin/node", ["node"], 0x7 /* 3 vars */) = 0'] : []
  return [...first, ...lines].flatMap((line) => {
    const use = reader.line(line)
    return use === undefined ? [] : [[use.access, use.path, use.call, use.allowed]]
  })
}

describe('a trace', () => {
  test.each([
    ['8 openat(AT_FDCWD, "/a/b", O_RDONLY|O_CLOEXEC) = 3', ['read', '/a/b', 'openat', true]],
    ['8 open("/a", O_RDWR) = -1 EROFS (Read-only file system)', ['write', '/a', 'open', false]],
    ['8 openat(AT_FDCWD, "x/../y", O_RDONLY) = 3', ['read', '/srv/work/y', 'openat', true]],
    ['8 mkdir("/a", 0777) = -1 EACCES (Permission denied)', ['write', '/a', 'mkdir', false]],
    ['8 stat("/a", {st_mode=S_IFREG, ...}) = 0', ['read', '/a', 'stat', true]],
    [
      '8 openat(AT_FDCWD, "/\\303\\244 \\"q\\\\\\n", O_RDONLY) = -1 ENOENT (No such file or directory)',
      ['read', '/ä "q\\\n', 'openat', false],
    ],
    [
      '8 connect(5, {sa_family=AF_UNIX, sun_path="/run/x.sock"}, 110) = -1 EAFNOSUPPORT (Address)',
      ['connect', '/run/x.sock', 'connect', false],
    ],
    ['8 openat(7, "/a", O_WRONLY) = 3', ['write', '/a', 'openat', true]],
  ])('%s', (line, use) => {
    expect(uses([line])).toEqual([use])
  })

  test.each([
    '8 newfstatat(3, "", {st_mode=S_IFREG|0644, ...}, AT_EMPTY_PATH) = 0',
    '8 openat(7, "relative", O_RDONLY) = 3',
    '8 connect(5, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("1.2.3.4")}, 16) = 0',
    '8 openat(AT_FDCWD, "/a", O_RDONLY) = -1 ELOOP (Too many levels of symbolic links)',
    '8 --- SIGCHLD {si_signo=SIGCHLD} ---',
    '8 +++ exited with 0 +++',
    '8 openat(AT_FDCWD, "/a',
    'strace: Process 9 attached',
    '',
  ])('holds no use of a file: %s', (line) => {
    expect(uses([line])).toEqual([])
  })

  test('counts from where the server begins', () => {
    const before = '7 openat(AT_FDCWD, "/gate", O_RDONLY) = 3'
    const failed = '7 execve("/a/node", ["node"], 0x7) = -1 ENOENT (No such file or directory)'
    expect(uses([before, failed, before], false)).toEqual([])
  })

  test('follows the folder, and calls in two pieces', () => {
    expect(
      uses([
        '8 chdir("/srv/other") = 0',
        '8 openat(AT_FDCWD, "x", O_WRONLY <unfinished ...>',
        '9 stat("/b", {...}) = 0',
        '8 <... openat resumed>) = 3',
        '9 <... openat resumed>) = 3',
      ]),
    ).toEqual([
      ['read', '/srv/other', 'chdir', true],
      ['read', '/b', 'stat', true],
      ['write', '/srv/other/x', 'openat', true],
    ])
  })

  test('is read in linear time, whatever a program is called with', () => {
    const long = `8 openat(AT_FDCWD, "${'\\"'.repeat(100_000)}", O_RDONLY) = 3`
    expect(uses(Array.from({ length: 200 }, () => long))).toEqual([])
  })
})
