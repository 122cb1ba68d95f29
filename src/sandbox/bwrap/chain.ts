import { bind } from './arguments.ts'
import { type GateCheck, gateArguments } from './gate.ts'
import type { Tools } from './tools.ts'

/** Folder of the outer stage where sources stand that the server's uid could not reach by their paths. */
const STAGE = '/tmp'
/** The descriptor of Node's channel to the listener program, and of nothing else. */
export const CHANNEL_FD = 4

/** The program that opens listeners in a network namespace, and what it is to open. */
export interface ListenerStep {
  readonly node: string
  readonly program: string
  readonly spec: string
}

/** What runs before the server, outermost first. Descriptors are those of the started process. */
export interface Chain {
  readonly tools: Tools
  /** The options of the outer bubblewrap, where there is one. */
  readonly outer: number | undefined
  readonly listeners: ListenerStep | undefined
  /** Who the server becomes on this machine, where the gateway is root. */
  readonly uid: number | undefined
  /** The options of the inner bubblewrap. */
  readonly inner: number
  readonly limits: readonly string[]
  readonly checks: readonly GateCheck[]
  readonly command: readonly string[]
}

// The program works while the sandbox is made, for the server waits until it is told to run, which is when
// everything was handed over. What goes on to the server closes the channel first. bubblewrap does not mind
// a child that it was left by what it replaced.
const LISTEN = `"$1" --no-warnings "$2" "$3" 3>&- >/dev/null &
shift 3
unset NODE_CHANNEL_FD NODE_CHANNEL_SERIALIZATION_MODE
exec "$@" ${CHANNEL_FD}>&-`

/** The whole command. Options stand in descriptors: an argument list is read by everybody on the machine. */
export function chainCommand(chain: Chain): readonly string[] {
  const { tools, listeners } = chain
  const gate = gateArguments(tools.sh, chain.checks, chain.command)
  const inner = [tools.bwrap, '--args', String(chain.inner), '--', ...chain.limits, ...gate]
  const lowered = chain.uid === undefined ? inner : [...lower(tools, chain.uid), ...inner]
  const listening =
    listeners === undefined
      ? lowered
      : [
          tools.sh,
          '-c',
          LISTEN,
          'listen',
          listeners.node,
          listeners.program,
          listeners.spec,
          ...lowered,
        ]
  if (chain.outer === undefined) return listening
  return [tools.bwrap, '--args', String(chain.outer), '--', ...listening]
}

function lower({ setpriv }: Tools, uid: number): readonly string[] {
  const id = String(uid)
  return [
    ...[setpriv, '--reuid', id, '--regid', id, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all'],
    // a change of uid ends the tie to the parent's life
    ...['--pdeathsig', 'KILL', '--'],
  ]
}

/** Where a source stands in the stage. */
export function staged(index: number): { readonly path: string } {
  return { path: `${STAGE}/${index}` }
}

interface OuterStage {
  /** Sources in the order of `staged`, and whether they may be written to. Empty for who needs no stage. */
  readonly sources: readonly { readonly fd: number; readonly writable: boolean }[]
  readonly listeners: boolean
  readonly root: boolean
}

/**
 * The options of the bubblewrap around it all: the machine as it is, with the sources put where the
 * server's uid reaches them, and with a network that leads nowhere where listeners are wanted.
 */
export function outerArguments({ sources, listeners, root }: OuterStage): readonly string[] {
  const stage = sources.flatMap(({ fd, writable }, index) =>
    bind({ fd }, `${STAGE}/${index}`, writable),
  )
  return [
    ...['--die-with-parent', '--dev-bind', '/', '/'],
    ...(root ? ['--perms', '0755', '--tmpfs', STAGE, ...stage] : []),
    ...(root ? ownProcesses() : ['--unshare-user', '--uid', '0', '--gid', '0']),
    ...(root ? ['--remount-ro', STAGE] : []),
    ...(listeners ? ['--unshare-net'] : []),
    ...['--cap-drop', 'ALL'],
    ...keptCapabilities(listeners, root).flatMap((name) => ['--cap-add', name]),
  ]
}

/**
 * Whoever has another uid is not told of a parent's death, for root without capabilities may not signal
 * it; but nobody outlives the first process of its namespace. The numbers in there need a `/proc` of their
 * own; the machine's stays in sight, without which a user namespace may not mount another one (the kernel
 * wants one that nothing covers, and bubblewrap covers parts of its own).
 */
function ownProcesses(): readonly string[] {
  return ['--unshare-pid', '--dev-bind', '/proc', `${STAGE}/proc`, '--proc', '/proc']
}

function keptCapabilities(listeners: boolean, root: boolean): readonly string[] {
  return [
    ...(root ? ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'] : []),
    ...(listeners ? ['CAP_NET_BIND_SERVICE'] : []),
    // only with it may root of one user namespace be given another uid in the next
    ...(root ? [] : ['CAP_SETFCAP']),
    // Node.js may stand where only its owner looks
    ...(root && listeners ? ['CAP_DAC_READ_SEARCH'] : []),
  ]
}
