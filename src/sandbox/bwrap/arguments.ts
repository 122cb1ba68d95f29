import type { SandboxProfile } from '../../kernel/sandbox.ts'
import type { BasePart } from './base.ts'
import { HOME, INNER_ID } from './etc.ts'

/** Where the content of a mount comes from: a descriptor of the process, or a path that nobody else changes. */
export type Source = { readonly fd: number } | { readonly path: string }

/** A file or folder as it is mounted. */
export interface BoundMount {
  readonly from: Source
  /** In the sandbox. */
  readonly to: string
  readonly writable: boolean
}

/** What lies over a part of a mount: that part itself, or something empty that nobody can look into. */
export type BoundMask =
  | { readonly to: string; readonly source: Source; readonly writable: boolean }
  | { readonly to: string; readonly blank: 'file' | 'folder' }

/** Everything that decides what a sandbox looks like from inside. Descriptors are those of bwrap. */
export interface InnerPlan {
  readonly base: readonly BasePart[]
  readonly etc: readonly { readonly path: string; readonly fd: number }[]
  readonly mounts: readonly BoundMount[]
  readonly masks: readonly BoundMask[]
  readonly sizes: Pick<SandboxProfile['fs'], 'home' | 'tmp' | 'shm'>
  readonly seccomp: number
  /** Whether it gets a network of its own that leads nowhere; else it has that of who starts it. */
  readonly ownNetwork: boolean
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

// bwrap refuses more than 9000.
const MOST_ARGUMENTS = 8_900

/**
 * The options of the bubblewrap that the server runs in. The order is the order of mounting: what is
 * remounted read-only comes last, for nothing can be mounted below it afterwards.
 */
export function innerArguments(plan: InnerPlan): readonly string[] {
  const { sizes } = plan
  return [
    ...namespaces(plan.ownNetwork),
    ...plan.base.flatMap(basePart),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', sized(sizes.shm), '--perms', '1777', '--tmpfs', '/dev/shm'],
    ...['--size', sized(sizes.tmp), '--perms', '1777', '--tmpfs', '/tmp'],
    ...['--size', sized(sizes.home), '--perms', '0700', '--tmpfs', HOME],
    ...plan.etc.flatMap(({ path, fd }) => ['--ro-bind-data', String(fd), path]),
    ...outermostFirst(plan.mounts).flatMap(({ from, to, writable }) => bind(from, to, writable)),
    ...outermostFirst(plan.masks).flatMap(mask),
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--seccomp', String(plan.seccomp)],
    ...Object.entries(plan.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--chdir', plan.cwd],
  ]
}

function namespaces(ownNetwork: boolean): readonly string[] {
  return [
    ...['--unshare-user', '--disable-userns', '--uid', String(INNER_ID), '--gid', String(INNER_ID)],
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(ownNetwork ? ['--unshare-net'] : []),
    ...['--hostname', 'mcp', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    '--clearenv',
  ]
}

/** No size would be no limit. */
function sized(bytes: number): string {
  return String(Math.max(bytes, 4_096))
}

function basePart(part: BasePart): readonly string[] {
  return part.kind === 'link'
    ? ['--symlink', part.target, part.path]
    : ['--ro-bind', part.path, part.as]
}

/** One mount: by descriptor, bwrap itself makes sure that it mounted what the descriptor holds. */
export function bind(from: Source, to: string, writable: boolean): readonly string[] {
  const option = writable ? '--bind' : '--ro-bind'
  return 'fd' in from ? [`${option}-fd`, String(from.fd), to] : [option, from.path, to]
}

function mask(over: BoundMask): readonly string[] {
  if ('source' in over) return bind(over.source, over.to, over.writable)
  if (over.blank === 'file') return ['--ro-bind', '/dev/null', over.to]
  return ['--perms', '0000', '--tmpfs', over.to, '--remount-ro', over.to]
}

/** What lies deeper is mounted later, or it would be covered. */
function outermostFirst<T extends { readonly to: string }>(list: readonly T[]): readonly T[] {
  const depth = ({ to }: T): number => to.split('/').length
  return list.toSorted((a, b) => depth(a) - depth(b))
}

/**
 * Options as `--args` reads them, so that no argument list shows them.
 *
 * @throws RangeError when one holds the separator, for it would become options of its own, and when
 *   there are more than bubblewrap takes.
 */
export function writeArguments(options: readonly string[]): Buffer {
  if (options.length > MOST_ARGUMENTS) throw new RangeError('too many mounts, masks and variables')
  if (options.some((option) => option.includes('\0'))) throw new RangeError('a NUL in an option')
  return Buffer.from(options.map((option) => `${option}\0`).join(''))
}
