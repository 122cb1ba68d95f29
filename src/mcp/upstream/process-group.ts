import { startWarden, type Warden } from './warden.ts'

/** The process groups of running children, so that none outlives this process. */
export interface ProcessGroups {
  /** Remembers a group by the id of its first process. */
  add(pid: number): void
  remove(pid: number): void
}

/**
 * A set of process groups that dies with this process: when it exits, all of them are killed. A
 * SIGKILL of this process runs no code; the children then see the end of their input, at which MCP
 * servers have to exit, and those that do not are killed by the warden. Exit listener and warden
 * are there only while there are children.
 */
export function createProcessGroups(): ProcessGroups {
  const pids = new Set<number>()
  let warden: Warden | undefined
  const killAll = (): void => {
    for (const pid of pids) signalGroup(pid, 'SIGKILL')
  }
  const hire = (): Warden => {
    const hired = startWarden(() => {
      if (warden === hired) warden = undefined
    })
    return hired
  }
  const guard = (): void => {
    warden ??= hire()
    warden.guard([...pids])
  }
  return {
    add: (pid) => {
      if (pids.size === 0) process.on('exit', killAll)
      pids.add(pid)
      guard()
    },
    remove: (pid) => {
      if (!pids.delete(pid)) return
      if (pids.size > 0) return guard()
      process.off('exit', killAll)
      warden?.dismiss()
      warden = undefined
    },
  }
}

/** Sends a signal to a process and all its descendants in the same group; gone is fine. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    // Windows has no process groups: the first process is all that can be reached.
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // ESRCH: nobody is left, which is what the signal was for.
  }
}
