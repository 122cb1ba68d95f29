import { readdirSync, readFileSync } from 'node:fs'

/** A process and all it has started, parents first; at most 1,000. */
export function treeOf(pid: number): readonly number[] {
  const found = [pid]
  for (const one of found) {
    if (found.length > 1_000) break
    found.push(...childrenOf(one))
  }
  return found
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    )
  } catch {
    // it has ended meanwhile
    return []
  }
}

/** Those of a tree that run in the innermost namespace of processes: the server and what it has started. */
export function innermost(tree: readonly number[]): readonly number[] {
  const depths = tree.filter(isAlive).map((pid) => [pid, depthOf(pid)] as const)
  const deepest = Math.max(0, ...depths.map(([, depth]) => depth))
  return depths.filter(([, depth]) => depth === deepest && depth > 1).map(([pid]) => pid)
}

/** In how many namespaces a process has a number. */
function depthOf(pid: number): number {
  return statusOf(pid, 'NSpid')?.split('\t').length ?? 0
}

/** Whether a process is root for this machine, whatever it is for itself. */
export function isRootOn(pid: number): boolean {
  return statusOf(pid, 'Uid')?.split('\t').includes('0') === true
}

/** Whether a process is there and is more than the memory of one that ended. */
export function isAlive(pid: number): boolean {
  const state = statusOf(pid, 'State')
  return state !== undefined && !/^[ZX]/.test(state)
}

/** Undefined when it has ended meanwhile. */
function statusOf(pid: number, name: string): string | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
    return lines.find((line) => line.startsWith(`${name}:\t`))?.slice(name.length + 2)
  } catch {
    return undefined
  }
}
