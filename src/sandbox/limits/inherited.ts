import { closeSync, readdirSync, readFileSync } from 'node:fs'

const CLOSE_ON_EXEC = 0o2000000
const FIRST_BEYOND_STREAMS = 3

/**
 * Closes what this process was handed by whoever started it: every process that it starts would have it
 * too, sandboxed or not. Node.js marks its own descriptors to be closed on exec(2), which tells them
 * apart; so this is called once, before anything else is opened. Does nothing where there is no proc(5).
 *
 * @param keep descriptors that are wanted, such as sockets of a service manager.
 * @returns what was closed.
 */
export function closeInheritedDescriptors(keep: readonly number[] = []): readonly number[] {
  return listDescriptors()
    .filter((fd) => fd >= FIRST_BEYOND_STREAMS && !keep.includes(fd) && isInherited(fd))
    .filter(closes)
}

function listDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number)
  } catch {
    return []
  }
}

function isInherited(fd: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')
    const flags = /^flags:\s{0,8}([0-7]{1,22})$/m.exec(info)?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch {
    // the descriptor of the listing itself
    return false
  }
}

function closes(fd: number): boolean {
  try {
    closeSync(fd)
    return true
  } catch {
    return false
  }
}
