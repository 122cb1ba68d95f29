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

/** Whether a process is root for this machine, whatever it is for itself. One that nobody knows counts. */
export function isRootOn(pid: number): boolean {
  try {
    const [, ids = '0'] = /^Uid:([\t\d]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return ids.trim().split('\t').includes('0')
  } catch {
    return true
  }
}

/** Whether a process is there and is more than the memory of one that ended. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
