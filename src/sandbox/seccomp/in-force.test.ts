import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seccompFilter } from './seccomp.ts'

const NOBODY = 65_000
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

const BWRAP = [
  ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib'],
  ...[
    '--ro-bind-try',
    '/lib64',
    '/lib64',
    '--ro-bind-try',
    '/etc/alternatives',
    '/etc/alternatives',
  ],
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp'],
  ...['--unshare-all', '--unshare-user', '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
]

/** Runs a program in namespaces, with the filter or without. */
function contained(filter: Buffer | undefined, command: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-seccomp-'))
  try {
    const path = join(folder, 'filter')
    writeFileSync(path, filter ?? '')
    const descriptor = openSync(path, 'r')
    const seccomp = filter === undefined ? [] : ['--seccomp', '3']
    const result = spawnSync('bwrap', [...BWRAP, ...seccomp, '--', ...command], {
      ...identity,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe', descriptor],
      encoding: 'utf8',
      timeout: 15_000,
    })
    closeSync(descriptor)
    return result.stdout + result.stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const arch = process.arch
const filter = (unixSockets: 'deny' | 'allow' = 'deny') =>
  seccompFilter({ arch, unixSockets, extraDeny: [], allow: [] })

/** Makes raw calls and prints what each ended with: 0, or the name of its error. */
const CALLS = `
import ctypes, errno, json, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(nr, *args):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(nr), *[ctypes.c_void_p(a) for a in args])
    return 'fine' if result >= 0 else errno.errorcode.get(ctypes.get_errno(), '?')
print(json.dumps([call(*row) for row in json.loads(sys.argv[1])]))
`

function errnos(rows: readonly (readonly number[])[], program: Buffer | undefined): string[] {
  const found = contained(program, ['/usr/bin/python3', '-c', CALLS, JSON.stringify(rows)])
  return JSON.parse(found) as string[]
}

function works(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', ''])
    return contained(undefined, ['/bin/echo', 'yes']).trim() === 'yes'
  } catch {
    return false
  }
}

const possible = arch === 'x64' && process.platform === 'linux' && works()

describe.skipIf(!possible)('the filter in the kernel', () => {
  // Each row: a call that ends in some other way where no filter is, so that the answer is the filter's.
  test.each([
    ['ptrace', [101, 0], 'EPERM'],
    ['process_vm_readv', [310, 1, 0, 0, 0, 0, 0], 'EPERM'],
    ['pidfd_getfd', [438, -1, 0, 0], 'EPERM'],
    ['unshare of a user namespace', [272, 0x10000000], 'EPERM'],
    ['setns', [308, -1, 0], 'EPERM'],
    ['keyctl', [250, 0, -3, 0], 'EPERM'],
    ['add_key', [248, 0, 0, 0, 0, 0], 'EPERM'],
    ['perf_event_open', [298, 0, 0, -1, -1, 0], 'EPERM'],
    ['io_uring_setup', [425, 1, 0], 'EPERM'],
    ['io_uring_enter', [426, -1, 0, 0, 0, 0], 'EPERM'],
    ['open_tree', [428, -1, 0, 0], 'EPERM'],
    ['name_to_handle_at', [303, -1, 0, 0, 0, 0], 'EPERM'],
    ['kcmp', [312, 1, 1, 9, 0, 0], 'EPERM'],
    ['get_mempolicy', [239, 0, 0, 0, 0, 0], 'EPERM'],
    ['memfd_secret', [447, -1], 'EPERM'],
    ['clone of a user namespace', [56, 0x10000200, 0, 0, 0, 0], 'EPERM'],
    ['clone3', [435, 0, 0], 'ENOSYS'],
    ['openat2', [437, -100, 0, 0, 0], 'ENOSYS'],
    ['a call of x32', [0x40000000 | 39], 'ENOSYS'],
    ['ioctl TIOCSTI', [16, -1, 0x5412, 0], 'EPERM'],
    ['ioctl TIOCLINUX', [16, -1, 0x541c, 0], 'EPERM'],
    ['personality without random addresses', [135, 0x0040000], 'EPERM'],
    ['socket of AF_UNIX', [41, 1, 1, 0], 'EAFNOSUPPORT'],
    ['netlink beyond routes', [41, 16, 3, 4], 'EAFNOSUPPORT'],
    ['AF_INET, ICMP', [41, 2, 2, 1], 'EAFNOSUPPORT'],
    ['pair of datagram sockets', [53, 1, 2, 0, 0], 'EAFNOSUPPORT'],
    ['fchmod with the setuid bit', [91, -1, 0o4755], 'EPERM'],
    ['fchmodat2 with the setgid bit', [452, -1, 0, 0o2755, 0], 'EPERM'],
    ['openat that makes a setuid file', [257, -100, 0, 0x41, 0o4755], 'EPERM'],
  ])('%s', (_name, row, expected) => {
    const without = errnos([row], undefined)
    expect(errnos([row], filter())).toEqual([expected])
    // On an older kernel a call may not exist; then there is nothing to hold back.
    if (!(expected === 'ENOSYS' || without[0] === 'ENOSYS')) expect(without).not.toEqual([expected])
  })

  test('virtual machine sockets stay shut where the kernel has them', () => {
    expect(errnos([[41, 40, 1, 0]], filter())).toEqual(['EAFNOSUPPORT'])
  })

  test('no file becomes setuid, by whatever program', () => {
    const script = `
      exec 2>/dev/null; touch f; chmod 4755 f; chmod u+s f; cp /usr/bin/true t; install -m 2755 /usr/bin/true g
      find /tmp -perm /6000 | wc -l`
    expect(contained(undefined, ['/bin/sh', '-c', script]).trim()).toBe('2')
    expect(contained(filter(), ['/bin/sh', '-c', script]).trim().split('\n').at(-1)).toBe('0')
  })

  test('what programs need goes on: threads, children, files, sockets', () => {
    const script = `
      import json, os, socket, subprocess, tempfile, threading
      t = threading.Thread(target=lambda: None); t.start(); t.join()
      a, b = socket.socketpair(); a.send(b'x'); b.recv(1)
      s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()
      u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      with tempfile.TemporaryDirectory() as d:
          open(d + '/f', 'w').close(); os.chmod(d + '/f', 0o755)
      print(subprocess.run(['echo', 'child'], capture_output=True, text=True).stdout.strip(),
        [name for _, name in socket.if_nameindex()])`
    const lines = script.split('\n').map((line) => line.slice(6))
    const run = contained(filter(), ['/usr/bin/python3', '-c', lines.join('\n')])
    expect(run.trim()).toBe("child ['lo']")
  })

  test('sockets with names work where the profile allows them', () => {
    const script = `import socket; s = socket.socket(socket.AF_UNIX); s.bind('/tmp/s'); print('bound')`
    const run = (program: Buffer) => contained(program, ['/usr/bin/python3', '-c', script])
    expect(run(filter('allow')).trim()).toBe('bound')
    expect(run(filter('deny'))).toContain('Address family not supported')
  })
})
