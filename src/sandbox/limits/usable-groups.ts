import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { openGroup, sweepGroups } from './control-group.ts'
import { CONTROLLERS, type Controller, type Hierarchy, hierarchies } from './hierarchies.ts'

/** Where this process moves to when its own group is to have others in it. */
const LEAF = 'bailiwick-gateway'

const PROBE = { memory: 2 ** 30, pids: 64, cpu: 1, cpuSeconds: undefined, files: 1, fileSize: 1 }

/**
 * The trees of control groups in which this process can really make and bound groups, proven by making
 * one. Empty where there are none: on machines whose groups belong to somebody else. Version 2 first, as
 * far as it bounds anything: a folder that was handed over, or all of it where this process is root.
 */
export async function usableGroups(): Promise<readonly Hierarchy[]> {
  const found = hierarchies(read('/proc/self/mountinfo'), read('/proc/self/cgroup'))
  const second = found
    .filter(({ version }) => version === 2)
    .map(aboveLeaf)
    .flatMap(prepared)
  const first = found.filter(({ version }) => version === 1)
  const best = new Map<Controller, Hierarchy>()
  for (const tree of [...second, ...first]) {
    const fresh = tree.controllers.filter((controller) => !best.has(controller))
    const alone = { ...tree, controllers: fresh }
    if (fresh.length === 0 || !(await works(alone))) continue
    for (const controller of fresh) best.set(controller, alone)
  }
  const usable = [...new Set(best.values())]
  sweepGroups(usable)
  return usable
}

async function works(tree: Hierarchy): Promise<boolean> {
  const probe = spawn('/bin/cat', { stdio: ['pipe', 'ignore', 'ignore'], env: {}, cwd: '/' })
  try {
    await once(probe, 'spawn')
    const { pid } = probe
    const group = await openGroup([tree], PROBE, () => (pid === undefined ? [] : [pid]))
    probe.kill('SIGKILL')
    await once(probe, 'exit')
    await group.close()
    return true
  } catch {
    probe.kill('SIGKILL')
    return false
  }
}

/** A process that was started after its gateway stepped aside stands where that one stands. */
function aboveLeaf(tree: Hierarchy): Hierarchy {
  return basename(tree.folder) === LEAF ? { ...tree, folder: dirname(tree.folder) } : tree
}

/** Hands the controllers of a folder of version 2 down to what is made in it. */
function prepared(tree: Hierarchy): Hierarchy[] {
  const there = words(join(tree.folder, 'cgroup.controllers'))
  const controllers = CONTROLLERS.filter((name) => there.includes(name))
  if (controllers.length === 0) return []
  const handed = () => words(join(tree.folder, 'cgroup.subtree_control'))
  const missing = controllers.filter((name) => !handed().includes(name))
  if (missing.length > 0) handDown(tree.folder, missing)
  const down = controllers.filter((name) => handed().includes(name))
  return down.length === 0 ? [] : [{ ...tree, controllers: down }]
}

// A group that hands controllers down holds no processes itself, so this one steps aside first. Where
// others are in it too it is not ours to arrange, and this one steps back.
function handDown(folder: string, controllers: readonly Controller[]): void {
  const leaf = join(folder, LEAF)
  try {
    mkdirSync(leaf, { recursive: true })
    writeFileSync(join(leaf, 'cgroup.procs'), String(process.pid))
    const words = controllers.map((name) => `+${name}`).join(' ')
    writeFileSync(join(folder, 'cgroup.subtree_control'), words)
  } catch {
    undo(() => writeFileSync(join(folder, 'cgroup.procs'), String(process.pid)))
    undo(() => rmdirSync(leaf))
  }
}

function undo(act: () => void): void {
  try {
    act()
  } catch {
    // it was not done
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function words(path: string): readonly string[] {
  return read(path).trim().split(/\s+/)
}
