import { join, posix } from 'node:path'

/** What a control group can bound here. */
export const CONTROLLERS = ['memory', 'pids', 'cpu'] as const
export type Controller = (typeof CONTROLLERS)[number]

/** One tree of control groups (cgroups(7)) and this process's own folder in it. */
export interface Hierarchy {
  readonly version: 1 | 2
  /** Where this process is; new groups are made below, so that what bounds it bounds them. */
  readonly folder: string
  /** Version 1: those of the mount. Version 2: all, until they are looked for in the folder. */
  readonly controllers: readonly Controller[]
}

interface Mount {
  readonly root: string
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
}

/**
 * The trees that this process is in.
 *
 * @param mountinfo text of `/proc/self/mountinfo`.
 * @param own text of `/proc/self/cgroup`.
 */
export function hierarchies(mountinfo: string, own: string): readonly Hierarchy[] {
  const places = own.trim().split('\n').map(readPlace)
  return mountinfo
    .trim()
    .split('\n')
    .map(readMount)
    .flatMap((mount): Hierarchy[] => {
      if (mount?.type === 'cgroup2') {
        const place = places.find(({ names }) => names === '')
        return place === undefined
          ? []
          : [{ version: 2, folder: folderOf(mount, place.path), controllers: CONTROLLERS }]
      }
      if (mount?.type !== 'cgroup') return []
      const controllers = CONTROLLERS.filter((name) => mount.options.includes(name))
      const place = places.find(({ names }) => names.split(',').includes(controllers[0] ?? '-'))
      return place === undefined
        ? []
        : [{ version: 1, folder: folderOf(mount, place.path), controllers }]
    })
}

// `36 35 0:28 /root /point options… - type source superoptions`, proc_pid_mountinfo(5).
function readMount(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ', 2)
  const [, , , root, point] = before.split(' ')
  const [type, , options = ''] = after.split(' ')
  if (root === undefined || point === undefined || type === undefined) return undefined
  return { root: unescaped(root), point: unescaped(point), type, options: options.split(',') }
}

function readPlace(line: string): { readonly names: string; readonly path: string } {
  const [, names = '', ...path] = line.split(':')
  return { names, path: path.join(':') }
}

function folderOf({ root, point }: Mount, path: string): string {
  // A container may see only its own part of the tree.
  const below = posix.relative(root, path)
  return below.startsWith('..') ? point : join(point, below)
}

/** Blanks and the like are written as `\040`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}
