import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { treeOf } from '../preflight/host-processes.ts'
import type { FileUse } from './trace.ts'
import { traceReader } from './trace.ts'

/** Milliseconds for the tracer to hold on to the process. */
const TIMEOUT = 5_000

/** Files and sockets that are connected to, and nothing of what is in them. */
const ASKED = ['-f', '-s', '0', '-e', 'trace=%file,connect', '-o', '|cat'] as const

/**
 * Has `strace` tell what the tree of a process does with files, from now on. Resolves when it is held, so
 * that nothing is missed; false where there is no `strace`, or it may not. Ends with the process.
 *
 * @param pid the first process of the sandbox; its last descendant is who becomes the server.
 * @param cwd where the server starts.
 */
export function traceFiles(
  pid: number,
  cwd: string,
  onUse: (use: FileUse) => void,
): Promise<boolean> {
  const target = treeOf(pid).at(-1) ?? pid
  const tracer = spawn('strace', [...ASKED, '-p', String(target)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  })
  const reader = traceReader(cwd)
  createInterface({ input: tracer.stdout }).on('line', (line) => {
    const use = reader.line(line)
    if (use !== undefined) onUse(use)
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      tracer.kill('SIGKILL')
      resolve(false)
    }, TIMEOUT)
    const settle = (held: boolean): void => {
      clearTimeout(timer)
      resolve(held)
    }
    tracer.once('error', () => settle(false))
    tracer.once('exit', () => settle(false))
    tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(' attached')) settle(true)
    })
  })
}
