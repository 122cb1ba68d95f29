import { endTree, processStat, processTree, readProc } from './process-tree.ts'

/** Milliseconds between two looks: a process fills at most some hundred megabytes in that time. */
const PERIOD = 250
const KIB = 1_024

/** Something that goes on until it is told to end, or what it is about is gone. */
export interface Watch {
  close(): void
}

/**
 * Ends the whole tree of a process when it holds more memory than this many bytes: what its processes
 * have of their own and what they share among themselves, but no files of programs. A soft bound: there
 * is a moment between two looks. Ends with the process, and keeps no program running.
 *
 * @param onEnd told once, with the bytes that were found, after the tree is ended.
 */
export function watchMemory(pid: number, bytes: number, onEnd: (found: number) => void): Watch {
  const started = processStat(pid)?.started
  const timer = setInterval(look, PERIOD)
  timer.unref()
  return { close: () => clearInterval(timer) }

  function look(): void {
    // A number that is used again is another process.
    if (started === undefined || processStat(pid)?.started !== started) {
      clearInterval(timer)
      return
    }
    const { pids, complete } = processTree(pid)
    const found = pids.reduce((sum, each) => sum + memoryOf(each), 0)
    if (complete && found <= bytes) return
    clearInterval(timer)
    endTree(pid)
    onEnd(found)
  }
}

/** Bytes that a process holds that no file stands behind; a page that two share counts twice. */
function memoryOf(pid: number): number {
  const status = readProc(`/proc/${pid}/status`) ?? ''
  return (lineOf(status, 'RssAnon:') + lineOf(status, 'RssShmem:')) * KIB
}

function lineOf(status: string, name: string): number {
  const at = status.indexOf(`\n${name}`)
  return at < 0 ? 0 : Number.parseInt(status.slice(at + 1 + name.length, at + 64), 10) || 0
}
