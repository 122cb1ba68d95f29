import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { InForce, Launch } from '../../kernel/sandbox.ts'

/** What a server was seen to do from outside. */
export interface Seen {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly inForce: readonly InForce[]
  /** Set when it was not started. */
  readonly refused?: { readonly message: string; readonly data: unknown; readonly detail: string }
  /** Descriptors of the gateway, before the first and after the last of its servers. */
  readonly descriptors: readonly [number, number]
  /** Of this server, outermost first: what the machine shows of each process, while it ran. */
  readonly arguments: string
}

/** What a small gateway is to start. */
export interface Started {
  readonly bwrap: string
  readonly launches: readonly Launch[]
  /** `serial`: each after the one before it has ended. `hold`: all at once, until they end. */
  readonly how: 'serial' | 'parallel' | 'hold'
  /** Whether it was handed a descriptor by whoever started it, and keeps it. */
  readonly leaks?: boolean
}

const PROGRAM = join(import.meta.dirname, 'gateway-program.ts')
const NOBODY = 65_001

/** Who a gateway runs as in tests: whoever runs the tests, and for root somebody else too. */
export const GATEWAYS: readonly ('root' | 'somebody')[] =
  process.getuid?.() === 0 ? ['root', 'somebody'] : ['somebody']

/** Starts a gateway cut down to what starts servers, in a process of its own. */
export function spawnGateway(as: 'root' | 'somebody', started: Started): ChildProcess {
  const lowered = as === 'somebody' && process.getuid?.() === 0
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', PROGRAM]
  // a number that Node.js does not look at when it starts
  const leak = started.leaks === true ? 'exec 40</dev/null;' : ''
  return spawn('bash', ['-c', `${leak}exec "$@"`, 'bash', ...program, JSON.stringify(started)], {
    ...(lowered ? { uid: NOBODY, gid: NOBODY } : {}),
    cwd: '/',
    env: { SECRET_OF_GATEWAY: 'gateway-secret-1', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Starts servers as a gateway does and returns what came of each, in order. */
export async function runServers(as: 'root' | 'somebody', started: Started): Promise<Seen[]> {
  const gateway = spawnGateway(as, started)
  let text = ''
  gateway.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await once(gateway, 'close')
  return JSON.parse(text) as Seen[]
}

/** The uid that a gateway of a test has. */
export function uidOf(as: 'root' | 'somebody'): number {
  if (as === 'root') return 0
  return process.getuid?.() === 0 ? NOBODY : (process.getuid?.() ?? NOBODY)
}
