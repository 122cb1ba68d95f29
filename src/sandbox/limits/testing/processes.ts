import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Starts a Python program, in a session of its own, and resolves when it prints its first line. */
export async function python(
  program: string,
  detached = true,
): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('/usr/bin/python3', ['-u', '-c', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    env: {},
    detached,
  })
  if (child.stdout !== null) await once(child.stdout, 'data')
  return child as ChildProcess & { readonly pid: number }
}

export const havePython = existsSync('/usr/bin/python3')

/** Waits until something is so; fails when it is not within ten seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 500; look += 1) {
    if (holds()) return
    await wait(20)
  }
  throw new Error('it did not come to be')
}

/** Whether a process runs: one that has ended and is not yet waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}
