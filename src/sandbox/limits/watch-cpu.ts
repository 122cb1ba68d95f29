import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { processStat, processTree, threadsOf } from './process-tree.ts'
import type { Watch } from './watch-memory.ts'

/** Milliseconds between two looks, and how many of them make the time that use is measured over. */
const PERIOD = 2_000
const LOOKS = 5
const LOWEST = 19

/**
 * Takes the priority of a tree away when it uses more processors than these for ten seconds. It is not
 * ended: work that takes long is no wrong, and with the lowest priority it gets what others leave. Raising
 * a priority again needs a privilege, so it stays low. Ends with the process, and keeps no program running.
 *
 * @param onSlow told once, with the processors that were in use.
 * @param period milliseconds between two looks.
 */
export function watchCpu(
  pid: number,
  cpu: number,
  onSlow: (used: number) => void,
  period: number = PERIOD,
): Watch {
  const started = processStat(pid)?.started
  const samples: { readonly at: number; readonly cpu: number }[] = []
  let slow = false
  const timer = setInterval(look, period)
  timer.unref()
  return { close: () => clearInterval(timer) }

  function look(): void {
    if (started === undefined || processStat(pid)?.started !== started) {
      clearInterval(timer)
      return
    }
    const { pids } = processTree(pid)
    // What starts a session of its own later would have the usual share again.
    if (slow) lower(pids)
    else measure(pids)
  }

  function measure(pids: readonly number[]): void {
    const now = { at: performance.now() / 1_000, cpu: usedBy(pids) }
    samples.push(now)
    const first = samples.length > LOOKS ? samples.shift() : undefined
    if (first === undefined) return
    const used = (now.cpu - first.cpu) / (now.at - first.at)
    if (used <= cpu) return
    slow = true
    lower(pids)
    onSlow(used)
  }
}

function usedBy(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (processStat(pid)?.cpu ?? 0), 0)
}

function lower(pids: readonly number[]): void {
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) attempt(() => setPriority(thread, LOWEST))
    // Where the kernel shares out by session, only this weighs between sessions (sched(7)). It is the whole
    // session's, so never that of this process.
    const session = processStat(pid)?.session
    if (session === undefined || session === processStat(process.pid)?.session) continue
    attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(LOWEST)))
  }
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // it is gone, or has the lowest already
  }
}
