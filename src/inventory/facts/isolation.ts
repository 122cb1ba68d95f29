import type { Launch } from './command/launch.ts'
import type { ContainerRun } from './command/oci.ts'
import { type Evidence, evidence } from './evidence.ts'

/**
 * What stands between a server and the rest of the machine. `none`: it may do all that its user may. `weak`: there
 * is a wall, and options take it down.
 */
export interface Isolation {
  readonly kind: 'none' | 'weak' | 'container' | 'profile' | 'elsewhere'
  readonly evidence: readonly Evidence[]
}

/** As whom it runs. */
export interface RunsAs {
  readonly known: boolean
  readonly as?: 'its_user' | 'administrator' | 'other'
  readonly evidence: readonly Evidence[]
}

const WALLS = new Set(['bwrap', 'firejail', 'sandbox-exec', 'nsjail', 'bailiwick'])
/** Folders of a machine that hold all of somebody's. */
const WIDE =
  /^(?:\/|~\/?|\$\{?HOME\}?\/?|\/home(?:\/[^/]+)?\/?|\/Users(?:\/[^/]+)?\/?|\/root\/?|\/etc\/?|\/var\/?|[A-Za-z]:[\\/]?|[A-Za-z]:[\\/]Users(?:[\\/][^\\/]+)?[\\/]?|%USERPROFILE%|\$\{?userHome\}?)$/

/** Whether a folder is a whole machine's, or a whole person's. */
export function isWide(folder: string): boolean {
  return WIDE.test(folder)
}

export function isolationOf(launch?: Launch, container?: ContainerRun): Isolation {
  if (launch === undefined) return { kind: 'elsewhere', evidence: [] }
  if (container !== undefined) return walls(container)
  const wall = launch.through.find(({ program }) => WALLS.has(program))
  if (wall !== undefined) return { kind: 'profile', evidence: [evidence('command', wall.program)] }
  return denoOf(launch) ?? { kind: 'none', evidence: [evidence('command', launch.program)] }
}

function walls({ weakened, mounts }: ContainerRun): Isolation {
  const holes = [
    ...weakened,
    ...mounts.filter(({ from, readOnly }) => isWide(from) && !readOnly).map(({ said }) => said),
  ]
  if (holes.length > 0)
    return { kind: 'weak', evidence: holes.map((hole) => evidence('args', hole)) }
  return { kind: 'container', evidence: [] }
}

/** Deno asks for leave unless told not to. */
function denoOf({ program, args }: Launch): Isolation | undefined {
  if (program !== 'deno' || args[0] !== 'run') return undefined
  const open = args.find((arg) => /^(?:-A|--allow-all|--allow-run|--allow-ffi)$/.test(arg))
  if (open === undefined) return { kind: 'profile', evidence: [evidence('command', 'deno run')] }
  return { kind: 'none', evidence: [evidence('args', open)] }
}

export function runsAsOf(launch?: Launch, container?: ContainerRun): RunsAs {
  if (launch === undefined) return { known: false, evidence: [] }
  if (container !== undefined) {
    const { user } = container
    if (user === undefined) return { known: false, evidence: [] }
    const as = /^(?:0|root)(?::|$)/.test(user) ? 'administrator' : 'other'
    return { known: true, as, evidence: [evidence('args', `--user ${user}`)] }
  }
  const raised = launch.through.find(({ program }) => ['sudo', 'doas'].includes(program))
  if (raised === undefined) return { known: true, as: 'its_user', evidence: [] }
  const other = raised.args.indexOf('-u')
  const as = other < 0 || raised.args[other + 1] === 'root' ? 'administrator' : 'other'
  return { known: true, as, evidence: [evidence('command', raised.program)] }
}
