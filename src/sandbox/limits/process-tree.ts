import { readdirSync, readFileSync } from 'node:fs'

/** Processes and threads that are looked at in one tree. The limit of processes of a server is far below. */
const MOST_TASKS = 8_192

export interface ProcessTree {
  /** The process first, then what it started, breadth first. */
  readonly pids: readonly number[]
  /** Whether that is all of it: no tree that a limit on processes holds is too large. */
  readonly complete: boolean
}

/** A process and all that descends from it, as far as it still runs under it. */
export function processTree(root: number): ProcessTree {
  const pids = [root]
  let tasks = 0
  for (let at = 0; at < pids.length; at += 1) {
    for (const thread of threadsOf(pids[at] ?? root)) {
      tasks += 1
      if (tasks > MOST_TASKS) return { pids, complete: false }
      pids.push(...childrenOf(pids[at] ?? root, thread))
    }
  }
  return { pids, complete: true }
}

/** Those of a tree that started nothing themselves. */
export function leavesOf(root: number): readonly number[] {
  return processTree(root).pids.filter((pid) =>
    threadsOf(pid).every((thread) => childrenOf(pid, thread).length === 0),
  )
}

/** The threads of a process, of which each has its own children. */
export function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

function childrenOf(pid: number, thread: number): number[] {
  const listed = readProc(`/proc/${pid}/task/${thread}/children`)?.trim()
  return listed ? listed.split(' ').map(Number) : []
}

/** Whether this machine tells the children of a process. */
export function treesAreTold(): boolean {
  return readProc(`/proc/${process.pid}/task/${process.pid}/children`) !== undefined
}

/** A text of proc(5); undefined when its process is gone. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** Numbers about one process, of proc_pid_stat(5). Times in seconds. */
export interface ProcessStat {
  /** When it started, in ticks: with the pid it names one process for good. */
  readonly started: number
  /** Of itself, and of its children that ended. */
  readonly cpu: number
  readonly session: number
}

const TICKS_PER_SECOND = 100
const SESSION = 3
const UTIME = 11
const CSTIME = 14
const STARTED = 19

export function processStat(pid: number): ProcessStat | undefined {
  const text = readProc(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The name in brackets is the process's own choice and may hold brackets and blanks.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(UTIME, CSTIME + 1).reduce((sum, field) => sum + Number(field), 0)
  return {
    started: Number(fields[STARTED]),
    cpu: ticks / TICKS_PER_SECOND,
    session: Number(fields[SESSION]),
  }
}

const MOST_ROUNDS = 16

/**
 * Ends a process and its whole tree. All of it is stopped first, until nothing new is found, so that
 * nothing is started meanwhile that would be missed.
 */
export function endTree(root: number): void {
  const found = new Set<number>()
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fresh = processTree(root).pids.filter((pid) => !found.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      found.add(pid)
      signal(pid, 'SIGSTOP')
    }
  }
  for (const pid of found) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it is gone
  }
}
