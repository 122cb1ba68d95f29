import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import {
  endTree,
  leavesOf,
  processStat,
  processTree,
  readProc,
  treesAreTold,
} from './process-tree.ts'
import { havePython, isRunning, python, until } from './testing/processes.ts'
import { watchCpu } from './watch-cpu.ts'
import { watchMemory } from './watch-memory.ts'

const MIB = 2 ** 20
const possible = havePython && treesAreTold()

const started: number[] = []
async function start(program: string, detached = true): Promise<number> {
  const child = await python(program, detached)
  started.push(child.pid)
  return child.pid
}
afterEach(() => {
  for (const pid of started.splice(0)) endTree(pid)
})

/** Those whose program has a word in it. */
function runningWith(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && readProc(`/proc/${pid}/cmdline`)?.includes(word))
}

/** A parent, three children and their three children each, all of which hold so many megabytes. */
const family = (megabytes: number) => `
import os, time
held = None
for level in range(2):
    for n in range(3):
        if os.fork() == 0: break
    else: break
held = bytearray(os.urandom(1024) * 1024 * ${megabytes})
time.sleep(0.3)
print('here')
time.sleep(60)`

describe.skipIf(!possible)('the tree of a process', () => {
  test('has everything in it that descends from it, and its leaves', async () => {
    const pid = await start(family(1))
    await until(() => processTree(pid).pids.length === 13)
    expect(processTree(pid)).toMatchObject({ complete: true, pids: expect.arrayContaining([pid]) })
    expect(leavesOf(pid)).toHaveLength(9)
  })

  test('has the children of every thread', async () => {
    const pid = await start(`
import subprocess, threading, time
def work():
    subprocess.Popen(['/bin/sleep', '60'])
    print('here')
    time.sleep(60)
threading.Thread(target=work).start()`)
    expect(processTree(pid).pids).toHaveLength(2)
  })

  test('ends as a whole, though it grows while it is ended', async () => {
    // Each starts one more and waits for it; far down they would all be asleep.
    const pid = await start(`
import os, time
print('here')
for n in range(400):
    child = os.fork()
    if child != 0:
        os.waitpid(child, 0)
        time.sleep(60)
time.sleep(60) # grows-${process.pid}`)
    await until(() => processTree(pid).pids.length > 3)
    endTree(pid)
    await until(() => runningWith(`grows-${process.pid}`).length === 0)
  })

  test('a process is told from a later one with its number', async () => {
    const pid = await start(`print('here')\nimport time; time.sleep(60)`)
    const first = processStat(pid)
    expect(first?.started).toBeGreaterThan(0)
    expect(processStat(pid)?.started).toBe(first?.started)
    expect(processStat(process.pid)?.started).not.toBe(first?.started)
    expect(processStat(2 ** 30)).toBeUndefined()
  })

  test('a name with brackets and blanks in it does not shift what is read', async () => {
    const pid = await start(`
import ctypes, time
ctypes.CDLL(None).prctl(15, b'x) R 1 1 (', 0, 0, 0)
print('here')
time.sleep(60)`)
    const { started: since, cpu } = processStat(pid) ?? { started: 0, cpu: -1 }
    expect(since).toBeGreaterThan(processStat(process.pid)?.started ?? 0)
    expect(cpu).toBeGreaterThanOrEqual(0)
    expect(cpu).toBeLessThan(10)
  })
})

describe.skipIf(!possible)('memory that is watched', () => {
  test('of all processes together ends all of them', async () => {
    const pid = await start(family(12))
    await until(() => processTree(pid).pids.length === 13)
    const pids = processTree(pid).pids
    const bystander = await start(`print('here')\nimport time; time.sleep(60)`)
    const found = await new Promise<number>((resolve) => watchMemory(pid, 100 * MIB, resolve))
    expect(found).toBeGreaterThan(100 * MIB)
    await until(() => pids.every((each) => !isRunning(each)))
    expect(isRunning(bystander)).toBe(true)
  })

  test('counts what processes share', async () => {
    const pid = await start(`
import mmap, time
shared = mmap.mmap(-1, 64 << 20)
shared.write(b'x' * (64 << 20))
print('here')
time.sleep(60)`)
    const found = await new Promise<number>((resolve) => watchMemory(pid, 48 * MIB, resolve))
    expect(found).toBeGreaterThan(64 * MIB)
  })

  test('below its bound is left alone, and a watch that is closed ends nothing', async () => {
    const modest = await start(family(1))
    const hungry = await start(family(12))
    const other = await start(family(12))
    const ended: string[] = []
    const watches = [watchMemory(modest, 400 * MIB, () => ended.push('modest'))]
    watchMemory(hungry, 40 * MIB, () => ended.push('hungry')).close()
    // The last of the three was looked at last, so the others have been looked at when it is ended.
    await new Promise((resolve) => watchMemory(other, 40 * MIB, resolve))
    expect(ended).toEqual([])
    expect([modest, hungry].map(isRunning)).toEqual([true, true])
    for (const watch of watches) watch.close()
  })

  test('keeps no program running, and ends with the process', async () => {
    const sleeper = await start(`print('here')\nimport time; time.sleep(60)`)
    const modules = ['watch-memory.ts', 'watch-cpu.ts'].map((name) =>
      JSON.stringify(new URL(name, import.meta.url).href),
    )
    const program = `
      const [{ watchMemory }, { watchCpu }] = await Promise.all([${modules.map((name) => `import(${name})`)}])
      watchMemory(${sleeper}, ${2 ** 40}, () => {})
      watchCpu(${sleeper}, 8, () => {})`
    const node = spawn(process.execPath, ['--input-type=module', '-e', program])
    expect(await once(node, 'exit')).toEqual([0, null])
    expect(isRunning(sleeper)).toBe(true)
  })
})

describe.skipIf(!possible)('processors that are watched', () => {
  test('lose their priority to others when used for long, also in sessions begun later', async () => {
    const pid = await start(`
import os, signal
def begin(*_):
    if os.fork() == 0:
        os.setsid()
        while True: pass
signal.signal(signal.SIGUSR1, begin)
print('here')
while True: pass`)
    const used = await new Promise<number>((resolve) => watchCpu(pid, 0.1, resolve, 100))
    expect(used).toBeGreaterThan(0.1)
    expect(getPriority(pid)).toBe(19)
    process.kill(pid, 'SIGUSR1')
    await until(() => processTree(pid).pids.length === 2)
    const [, child = 0] = processTree(pid).pids
    expect(getPriority(child)).toBe(19)
    const isTold = readProc(`/proc/${child}/autogroup`) !== undefined
    await until(() => !isTold || /nice 19$/m.test(readProc(`/proc/${child}/autogroup`) ?? ''))
    expect([pid, child].map(isRunning)).toEqual([true, true])
  })

  test('take nothing from the session of whoever watches', async () => {
    const before = readProc('/proc/self/autogroup')
    const busy = await start(`print('here')\nwhile True: pass`, false)
    await new Promise((resolve) => watchCpu(busy, 0.2, resolve, 100))
    expect(getPriority(busy)).toBe(19)
    expect(readProc('/proc/self/autogroup')).toBe(before)
  })

  test('within the bound keep theirs', async () => {
    const idle = await start(`print('here')\nimport time; time.sleep(60)`)
    const busy = await start(`print('here')\nwhile True: pass`)
    const told: string[] = []
    const watch = watchCpu(idle, 0.2, () => told.push('idle'), 50)
    await new Promise((resolve) => watchCpu(busy, 0.2, resolve, 100))
    watch.close()
    expect(told).toEqual([])
    expect(getPriority(idle)).toBe(getPriority())
  })
})
