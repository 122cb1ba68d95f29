import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex, Readable } from 'node:stream'
import type { Contained, Launch } from '../../kernel/sandbox.ts'
import type { Egress } from '../egress/egress.ts'
import type { LimitKeeper } from '../limits/limits.ts'
import type { SandboxOptions } from '../sandbox.ts'
import { refusalOfEnd, refusalOfWord } from './failure.ts'
import { GATE_FD, gateWord } from './gate.ts'
import { controlsOf } from './in-force.ts'
import type { Prepared } from './prepare.ts'

/** Milliseconds from the start of the chain to the start of the server. */
const DEADLINE = 30_000
// Milliseconds that the last words of a chain that has ended are waited for.
const LAST_WORDS = 500
const MOST_WORDS = 8_192
// The whole environment of what runs before the server: its errors are in one language.
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' }

/** A chain to start, and what belongs to it. */
export interface ChainStart {
  readonly launch: Launch
  readonly prepared: Prepared
  readonly egress: Egress | undefined
  readonly isRoot: boolean
  readonly limits: LimitKeeper
  readonly onStanding?: SandboxOptions['onStanding']
}

/**
 * Starts a chain and resolves when everything of it stands and the server is told to run.
 *
 * @throws GatewayError `sandbox_unavailable`; nothing of the chain is left then.
 */
export async function startChain(start: ChainStart): Promise<Contained> {
  const { launch, prepared, egress } = start
  const child = spawnChain(prepared)
  const ended = new AbortController()
  const end = endOf(child, ended.signal)
  const timer = setTimeout(() => killTree(child), DEADLINE)
  try {
    const gate = child.stdio?.[GATE_FD] as Duplex | undefined
    if (gate === undefined || child.pid === undefined) throw refusalOfEnd(launch, await end)
    const [word] = await Promise.all([
      gateWord(gate, prepared.checks.length),
      // over another channel than the gate's, so both are waited for
      egress === undefined ? undefined : Promise.race([listenersOf(child, egress), end]),
    ])
    if (word.kind === 'closed') throw refusalOfEnd(launch, await end)
    if (word.kind !== 'ready') throw refusalOfWord(launch, word, prepared)
    const contained = await opened(child, gate, start)
    if (contained === undefined) throw refusalOfEnd(launch, await end)
    return contained
  } catch (error) {
    await endTree(child)
    throw error
  } finally {
    clearTimeout(timer)
    ended.abort()
  }
}

/** The server's first instruction comes after this, and after everything that watches it. */
async function opened(
  child: ChildProcess,
  gate: Duplex,
  { launch, egress, limits, isRoot, onStanding }: ChainStart,
): Promise<Contained | undefined> {
  const { server, profile } = launch
  const bounds = await limits.bound(server, child.pid ?? 0, profile)
  await onStanding?.(server, child.pid ?? 0)
  if (child.exitCode !== null || child.signalCode !== null) {
    bounds.free()
    return undefined
  }
  child.once('exit', () => {
    bounds.free()
    egress?.close().catch(() => {})
  })
  gate.end('go\n')
  return {
    child: child as ChildProcessWithoutNullStreams,
    backend: 'bwrap',
    inForce: [...controlsOf(profile, isRoot), ...bounds.inForce],
  }
}

function spawnChain({ command, descriptors, hasChannel }: Prepared): ChildProcess {
  const [program, ...args] = command
  try {
    return spawn(program ?? '', args, {
      cwd: '/',
      env: ENVIRONMENT,
      // first of its own group, which is signalled as a whole
      detached: true,
      stdio: [
        ...(['pipe', 'pipe', 'pipe', 'pipe'] as const),
        ...(hasChannel ? (['ipc'] as const) : []),
        ...descriptors.own,
      ],
    })
  } finally {
    descriptors.close()
  }
}

/**
 * Resolves when the listener program has handed over what it opened. It ends by itself a moment later, and
 * nobody else holds its channel: what goes on to the server closed it before.
 */
function listenersOf(child: ChildProcess, egress: Egress): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = false
    child.on('message', (message, handle) => {
      try {
        all = egress.take(message, handle) === 'done' || all
        if (all) resolve()
      } catch (error) {
        reject(error)
      }
    })
    // Never `disconnect()` from here: the child would not emit `close` then.
    child.once('disconnect', () => {
      // whoever waits for the chain hears of its end
      if (!all) killTree(child)
    })
  })
}

/**
 * Resolves with what a chain said when it has ended. Its words are read only then: as long as it runs they
 * may be the server's, which are for whoever takes it over.
 */
function endOf(child: ChildProcess, unless: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const onExit = (): void => lastWords(child.stderr, resolve)
    child.once('exit', onExit)
    child.once('error', (error) => resolve(String((error as NodeJS.ErrnoException).code)))
    unless.addEventListener('abort', () => child.off('exit', onExit))
  })
}

function lastWords(stderr: Readable | null, done: (words: string) => void): void {
  let words = ''
  stderr?.setEncoding('utf8')
  stderr?.on('data', (text: string) => {
    words = (words + text).slice(0, MOST_WORDS)
  })
  stderr?.once('close', () => done(words))
  setTimeout(() => done(words), LAST_WORDS).unref()
}

/** Ends a chain, and resolves when nothing of it is left. */
async function endTree(child: ChildProcess): Promise<void> {
  const { pid, exitCode, signalCode } = child
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  const exited = once(child, 'exit')
  killTree(child)
  await exited
}

/** Signals a chain with everything that it started. */
function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it is gone
  }
}
