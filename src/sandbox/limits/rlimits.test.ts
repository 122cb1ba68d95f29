import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { bareProfile } from '../testing/profile.ts'
import { endTree, processTree } from './process-tree.ts'
import { prlimitCommand } from './rlimits.ts'
import { until } from './testing/processes.ts'

const PRLIMIT = '/usr/bin/prlimit'
const MIB = 2 ** 20
const NOBODY = 65_001
const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
const BWRAP = [
  ...['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib'],
  ...['--ro-bind-try', '/lib64', '/lib64', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
  ...[
    '--unshare-all',
    '--unshare-user',
    '--die-with-parent',
    '--chdir',
    '/tmp',
    '--clearenv',
    '--',
  ],
]
const OPTIONS = { ...identity, cwd: '/', env: { PATH: '/usr/bin:/bin' } }
const limits = { ...bareProfile().limits, memory: 200 * MIB, pids: 24, fileSize: MIB, files: 64 }
const inside = (command: readonly string[], more = {}) => [
  ...BWRAP,
  ...prlimitCommand(PRLIMIT, { ...limits, ...more }),
  ...command,
]

function run(program: string, more = {}) {
  const command = inside(['/usr/bin/python3', '-c', program], more)
  return spawnSync('bwrap', command, { ...OPTIONS, encoding: 'utf8', timeout: 60_000 })
}

const possible = spawnSync('bwrap', inside(['/usr/bin/python3', '-c', '']), OPTIONS).status === 0

test('the command, in full', () => {
  expect(prlimitCommand(PRLIMIT, { ...limits, cpuSeconds: 30 })).toEqual([
    ...['/usr/bin/prlimit', '--core=0', '--nproc=24', '--nofile=64'],
    ...[`--data=${200 * MIB}`, `--fsize=${MIB}`, '--cpu=30:31', '--'],
  ])
})

describe.skipIf(!possible)('inside the sandbox', { timeout: 60_000 }, () => {
  test('a process holds no more memory than it may', () => {
    expect(run(`bytearray(400 << 20)`).stderr).toContain('MemoryError')
    expect(run(`bytearray(100 << 20)`).status).toBe(0)
    expect(run(`bytearray(400 << 20)`, { memory: 800 * MIB }).status).toBe(0)
  })

  test('a file grows no longer than it may, also one that is empty inside', () => {
    const program = `
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
open('f', 'wb').truncate(1 << 40)`
    expect(run(program).stderr).toContain('File too large')
    expect(run(`open('f', 'wb').write(b'x' * (2 << 20))`).stderr).toContain('File too large')
  })

  test('a process opens no more files than it may', () => {
    expect(run(`held = [open('/dev/null') for n in range(100)]`).stderr).toContain(
      'Too many open files',
    )
  })

  test('a process that may use a second of a processor is told, then ended', () => {
    const told = run(
      `
import signal
signal.signal(signal.SIGXCPU, lambda *_: print('told', flush=True))
while True: pass`,
      { cpuSeconds: 1 },
    )
    expect(told.stdout).toContain('told')
    expect(told.status).toBe(137)
  })

  test('a fork bomb stays small, and ends as a whole', async () => {
    const program = `
import os, time
print('here', flush=True)
for generation in range(8):
    try: os.fork()
    except OSError: pass
time.sleep(60)`
    const bomb = inside(['/usr/bin/python3', '-c', program])
    const child = spawn('bwrap', bomb, { ...OPTIONS, stdio: ['ignore', 'pipe', 'ignore'] })
    const { pid = 0 } = child
    const ended = once(child, 'exit')
    await once(child.stdout, 'data')
    // Without a bound there would be 256 of them.
    await until(() => processTree(pid).pids.length > 20)
    const sizes = Array.from({ length: 50 }, () => processTree(pid).pids.length)
    endTree(pid)
    await ended
    // The two of bubblewrap are not among those that are counted.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.pids + 2)
    expect(processTree(pid).pids).toEqual([pid])
  })
})
