import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A program that a test started. */
export interface Child {
  readonly pid: number
  /** What it wrote so far, both streams together. */
  output(): string
  /** What it wrote to its standard output so far. */
  stdout(): string
  /** True once it has ended. */
  ended(): boolean
  /** Resolves with its exit code when it has ended and all it wrote was read; null after a signal. */
  readonly closed: Promise<number | null>
  /** Asks it to end (SIGTERM), kills it when it does not, and waits until it has ended. */
  stop(): Promise<void>
  /** Kills it at once (SIGKILL), and waits until it has ended. */
  kill(): Promise<void>
}

interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Its standard input; nothing if not given. */
  readonly input?: string
}

const PATIENCE = 10_000

/** Starts a Node program. */
export function startNode(args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: 'pipe',
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  let output = ''
  let stdout = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (stream === child.stdout) stdout += text
    })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.on('exit', (code, signal) => {
    output += `[exit ${code ?? signal}]`
  })
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null
  return {
    pid: Number(child.pid),
    output: () => output,
    stdout: () => stdout,
    ended,
    closed,
    stop: () => stop(child, ended),
    kill: () => kill(child, ended),
  }
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null
  /** What it wrote, both streams together. */
  readonly output: string
  readonly stdout: string
}

/** Runs a Node program to its end; one that does not come to it is killed, and its code is null. */
export async function runNode(args: readonly string[], options: ChildOptions = {}): Promise<Ended> {
  const child = startNode(args, options)
  const late = setTimeout(child.kill, 1.5 * PATIENCE)
  const code = await child.closed
  clearTimeout(late)
  return { code, output: child.output(), stdout: child.stdout() }
}

async function kill(child: ChildProcess, ended: () => boolean): Promise<void> {
  if (ended()) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

async function stop(child: ChildProcess, ended: () => boolean): Promise<void> {
  if (ended()) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  await exit
  clearTimeout(kill)
}

/**
 * Waits until `look` finds something.
 *
 * @throws when the program ended first, or after half a minute; with the program's output.
 */
export async function waitFor<T>(child: Child, look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 3 * PATIENCE
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (child.ended()) throw new Error(`the program ended early:\n${child.output()}`)
    if (Date.now() > deadline) throw new Error(`the program is not ready:\n${child.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
