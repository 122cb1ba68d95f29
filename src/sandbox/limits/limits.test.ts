import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { bareProfile } from '../testing/profile.ts'
import { openGroup, sweepGroups } from './control-group.ts'
import type { Hierarchy } from './hierarchies.ts'
import { limitsInForce } from './in-force.ts'
import { openLimits } from './limits.ts'
import { endTree, processTree } from './process-tree.ts'
import { scopeCall } from './systemd-scope.ts'
import { havePython, python, until } from './testing/processes.ts'
import { usableGroups } from './usable-groups.ts'
import { sizeOf, watchFolder } from './watch-folder.ts'

const MIB = 2 ** 20
const LIMITS = { ...bareProfile().limits, memory: 96 * MIB, pids: 12 }
const profile = bareProfile({ limits: LIMITS })
const trees = await usableGroups()
const all = new Set(trees.flatMap(({ controllers }) => controllers))

const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) endTree(pid)
})
async function start(program: string): Promise<number> {
  const child = await python(program)
  started.push(child.pid)
  return child.pid
}

/** Waits for a word, so that what it does afterwards is bound. */
const AFTER = `
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print('here')
signal.sigwait([signal.SIGUSR1])`

describe.skipIf(!havePython || all.size < 3)('a control group', () => {
  test('bounds the memory of all processes, tells so, and goes with them', async () => {
    const pid = await start(`${AFTER}
for n in range(4):
    if os.fork() == 0:
        held = bytearray(os.urandom(1024) * 1024 * 40)
        time.sleep(60)
time.sleep(60)`)
    const denied: SandboxDenial[] = []
    const limits = openLimits({ denied: (denial) => denied.push(denial), used: () => {} })
    const bounds = await limits.bound('one', pid, profile)
    expect(bounds.inForce.map(({ control, strength }) => [control, strength])).toEqual([
      ['memory', 'hard'],
      ['cpu', 'hard'],
    ])
    process.kill(pid, 'SIGUSR1')
    await until(() => denied.length > 0)
    expect(denied).toEqual([
      {
        ...{ server: 'one', layer: 'limit', op: 'memory', target: '96MiB' },
        ...{ reason: 'ended-over-limit', suggestion: 'servers.one.sandbox.limits.memory: 192MiB' },
      },
    ])
    endTree(pid)
    bounds.free()
    await until(() => groupsIn(trees).length === 0)
  })

  test('bounds the number of processes', async () => {
    const pid = await start(`${AFTER}
made = 0
try:
    while made < 100:
        if os.fork() == 0: time.sleep(60)
        made += 1
except BlockingIOError: pass
time.sleep(60)`)
    const group = await openGroup(trees, LIMITS, () => [pid])
    process.kill(pid, 'SIGUSR1')
    await until(() => group.events().pids > 0)
    expect(processTree(pid).pids).toHaveLength(LIMITS.pids)
    endTree(pid)
    await group.close()
    expect(groupsIn(trees)).toEqual([])
  })

  test('that cannot be made leaves nothing', async () => {
    const nobody = 2 ** 22 + 1
    await expect(openGroup(trees, LIMITS, () => [nobody])).rejects.toThrow('is left')
    expect(groupsIn(trees)).toEqual([])
  })
})

const groupsIn = (among: readonly Hierarchy[]) =>
  among.flatMap(({ folder }) =>
    readdirSync(folder).filter((name) => name.startsWith(`bailiwick-${process.pid}-`)),
  )

describe.skipIf(trees.length === 0)('groups of gateways that are no more', () => {
  test('are removed, those of others stay', async () => {
    const [tree] = trees
    if (tree === undefined) return
    const own = join(tree.folder, `bailiwick-${process.pid}-999`)
    const dead = join(tree.folder, `bailiwick-${2 ** 22 + 7}-1`)
    for (const folder of [own, dead]) mkdirSync(folder)
    sweepGroups([tree])
    const left = readdirSync(tree.folder)
    rmdirSync(own)
    expect(left).toContain(`bailiwick-${process.pid}-999`)
    expect(left).not.toContain(`bailiwick-${2 ** 22 + 7}-1`)
  })
})

test('what a server keeps is looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-state-'))
  try {
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
    symlinkSync('/usr', join(folder, 'deep', 'link'))
    expect(await sizeOf(folder, 2 ** 40)).toBeLessThan(MIB)
    writeFileSync(join(folder, 'deep', 'er', 'file'), Buffer.alloc(3 * MIB, 1))
    expect(await sizeOf(folder, 2 ** 40)).toBeGreaterThanOrEqual(3 * MIB)
    const found = await new Promise<number>((resolve) => {
      const watch = watchFolder(
        folder,
        2 * MIB,
        (bytes) => {
          watch.close()
          resolve(bytes)
        },
        10,
      )
    })
    expect(found).toBeGreaterThan(2 * MIB)
    expect(await sizeOf(join(folder, 'gone'), MIB)).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe('what is in force', () => {
  test('is hard in a group, soft where a tree is watched, and else nothing', () => {
    const strengths = (...[outside]: Parameters<typeof limitsInForce>) =>
      limitsInForce(outside).map(({ control, strength, by }) => [control, strength, by])
    expect(
      strengths({ controllers: ['memory', 'pids', 'cpu'], by: 'cgroup v2', watched: true }),
    ).toEqual([
      ['memory', 'hard', 'cgroup v2 memory'],
      ['cpu', 'hard', 'cgroup v2 cpu'],
    ])
    expect(strengths({ controllers: ['memory'], by: 'systemd scope', watched: true })).toEqual([
      ['memory', 'hard', 'systemd scope memory'],
      ['cpu', 'soft', 'watch of use, lowest priority'],
    ])
    expect(strengths({ controllers: [], by: '', watched: false })).toEqual([
      ['memory', 'none', 'nothing on this machine'],
      ['cpu', 'none', 'nothing on this machine'],
    ])
    for (const weak of limitsInForce({ controllers: [], by: '', watched: true })) {
      expect(weak.fix).toContain('Delegate=yes')
    }
  })
})

test('systemd is asked in one call for all limits', () => {
  expect(scopeCall('--user', 'bailiwick-1-1', { ...LIMITS, cpu: 0.5 }, [11, 12]).join(' ')).toBe(
    '--user --quiet call org.freedesktop.systemd1 /org/freedesktop/systemd1' +
      ' org.freedesktop.systemd1.Manager StartTransientUnit ssa(sv)a(sa(sv)) bailiwick-1-1.scope fail 6' +
      ` PIDs au 2 11 12 MemoryMax t ${96 * MIB} MemorySwapMax t 0 TasksMax t 12` +
      ' CPUQuotaPerSecUSec t 500000 CollectMode s inactive-or-failed 0',
  )
})
