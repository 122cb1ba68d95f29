import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import { CONTROLLERS, type Controller, type Hierarchy } from './hierarchies.ts'

export type Limits = SandboxProfile['limits']

/** How often something was refused or ended by a group. */
export interface GroupEvents {
  /** Processes ended because the group had no memory left. */
  readonly memory: number
  /** Processes or threads that were not started because there were too many. */
  readonly pids: number
}

/** A group of processes that the kernel bounds together. */
export interface ControlGroup {
  /** What it bounds for those that it takes. */
  readonly controllers: readonly Controller[]
  readonly by: string
  events(): GroupEvents
  /** Removes it once all of its processes are gone; gives up after a while. */
  close(): Promise<void>
}

const CPU_PERIOD = 100_000
const NAME = /^bailiwick-(\d{1,10})-\d{1,10}$/
const MOST_ROUNDS = 8
const REMOVAL_ATTEMPTS = 40
const REMOVAL_WAIT = 50

let made = 0

/** A name that is used once by this process. */
export function groupName(): string {
  made += 1
  return `bailiwick-${process.pid}-${made}`
}

/**
 * Makes a group below this process's own, and puts processes into it.
 *
 * @param list tells which; asked again until it names no new ones, since they may change meanwhile.
 * @throws Error when the kernel refuses any of it, or none of them is left; nothing of it is left then.
 */
export async function openGroup(
  trees: readonly Hierarchy[],
  limits: Limits,
  list: () => readonly number[],
): Promise<ControlGroup> {
  const name = groupName()
  const folders = trees.map((tree) => ({ ...tree, folder: join(tree.folder, name) }))
  try {
    for (const tree of folders) {
      mkdirSync(tree.folder)
      const files = readdirSync(tree.folder)
      for (const [file, value] of groupSettings(tree, limits, files)) put(tree.folder, file, value)
    }
    await enterAll(folders, list)
  } catch (error) {
    for (const { folder } of folders) remove(folder)
    throw error
  }
  return {
    controllers: CONTROLLERS.filter((one) => trees.some((tree) => tree.controllers.includes(one))),
    by: trees.some(({ version }) => version === 2) ? 'cgroup v2' : 'cgroup v1',
    events: () => readEvents(folders),
    close: () => removeAll(folders.map(({ folder }) => folder)),
  }
}

/**
 * What is written into a group, in order, by file.
 *
 * @param files names of those that it has.
 */
export function groupSettings(
  { version, controllers }: Pick<Hierarchy, 'version' | 'controllers'>,
  { memory, pids, cpu }: Limits,
  files: readonly string[],
): readonly (readonly [string, string])[] {
  const quota = String(Math.max(1_000, Math.round(cpu * CPU_PERIOD)))
  const swap = version === 2 ? 'memory.swap.max' : 'memory.memsw.limit_in_bytes'
  const has = files.includes(swap)
  const memoryFile = version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  const rows: Record<Controller, (readonly [string, string])[]> = {
    memory: [
      [memoryFile, String(memory)],
      // Version 1 counts memory and swap together, version 2 swap alone.
      ...(has ? [[swap, version === 2 ? '0' : String(memory)] as const] : []),
    ],
    pids: [['pids.max', String(pids)]],
    cpu:
      version === 2
        ? [['cpu.max', `${quota} ${CPU_PERIOD}`]]
        : [
            ['cpu.cfs_period_us', String(CPU_PERIOD)],
            ['cpu.cfs_quota_us', quota],
          ],
  }
  return controllers.flatMap((controller) => rows[controller])
}

/** What happened in a group, of the files of both versions. */
export function readEvents(
  groups: readonly Pick<Hierarchy, 'version' | 'folder' | 'controllers'>[],
): GroupEvents {
  const count = (
    controller: Controller,
    files: readonly [one: string, two: string],
    key: string,
  ) => {
    const group = groups.find(({ controllers }) => controllers.includes(controller))
    return group === undefined
      ? 0
      : counter(join(group.folder, files[group.version - 1] ?? ''), key)
  }
  return {
    memory: count('memory', ['memory.oom_control', 'memory.events'], 'oom_kill'),
    pids: count('pids', ['pids.events', 'pids.events'], 'max'),
  }
}

function counter(file: string, key: string): number {
  try {
    const lines = readFileSync(file, 'latin1').split('\n')
    const line = lines.find((each) => each.startsWith(`${key} `))
    return Number(line?.slice(key.length + 1) ?? 0)
  } catch {
    return 0
  }
}

// Files of a group exist already; one that does not is a controller that is not there.
function put(folder: string, file: string, value: string): void {
  writeFileSync(join(folder, file), value, { flag: 'r+' })
}

async function enterAll(
  folders: readonly Hierarchy[],
  list: () => readonly number[],
): Promise<void> {
  const seen = new Set<number>()
  let entered = 0
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fresh = list().filter((pid) => !seen.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      seen.add(pid)
      if (await enter(folders, pid)) entered += 1
    }
  }
  if (entered === 0) throw new Error('none of the processes is left')
}

/** The kernel may take some milliseconds for it. */
async function enter(folders: readonly Hierarchy[], pid: number): Promise<boolean> {
  try {
    for (const { folder } of folders) {
      await writeFile(join(folder, 'cgroup.procs'), String(pid), { flag: 'r+' })
    }
    return true
  } catch (error) {
    // one that ended since it was listed
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

async function removeAll(folders: readonly string[]): Promise<void> {
  let left = folders
  for (let attempt = 0; attempt < REMOVAL_ATTEMPTS; attempt += 1) {
    left = left.filter((folder) => !remove(folder))
    if (left.length === 0) return
    await wait(REMOVAL_WAIT, undefined, { ref: false })
  }
}

/** Removes groups that a process left which is no more. Those that still hold processes stay. */
export function sweepGroups(trees: readonly Hierarchy[]): void {
  for (const { folder } of trees) {
    for (const name of namesIn(folder)) {
      const owner = NAME.exec(name)?.[1]
      if (owner !== undefined && !isAlive(Number(owner))) remove(join(folder, name))
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
