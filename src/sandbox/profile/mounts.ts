import { lstat, realpath } from 'node:fs/promises'
import { normalize } from 'node:path'
import type { SandboxMount } from '../../kernel/sandbox.ts'
import { refusal } from '../refusal.ts'
import type { Never } from './never.ts'
import { isBelow, isWithin, moved } from './paths.ts'
import { firstSpecial } from './sockets.ts'

/** What the mounts of one server are checked against. */
export interface MountRules {
  readonly server: string
  readonly never: Never
  /** Folders that the server can write, as written: whoever writes a folder can put links into it. */
  readonly writable: readonly string[]
}

/** Places in the sandbox that are its own, with all that lies in them. */
const OWN_INSIDE = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/proc',
  '/run',
  '/sbin',
  '/sys',
  '/usr',
  '/var/run',
]

/**
 * Follows the links of a mount to what it shows, and refuses what no sandbox may show. Undefined when it
 * is missing and may be.
 *
 * @param key of the setting, below `servers.NAME`.
 * @throws GatewayError `sandbox_unavailable`: `path_refused`, `path_missing`, `path_holds_socket`.
 */
export async function checkedMount(
  rules: MountRules,
  mount: SandboxMount,
  key: string,
): Promise<SandboxMount | undefined> {
  const { server, never } = rules
  const refuse = (why: string, fix: string) =>
    refusal({ server, reason: 'path_refused', key, why, fix })
  for (const path of [mount.from, mount.to]) {
    const wrong = malformed(path)
    if (wrong !== undefined) throw refuse(`\`${shown(path)}\` ${wrong}`, 'write an absolute path')
  }
  const spelled = never.refusal(mount.from)
  if (spelled !== undefined)
    throw refuse(`\`${shown(mount.from)}\` is never mounted: ${spelled}`, NARROW)
  const real = await realOf(mount.from)
  if (real === undefined) {
    if (mount.optional) return undefined
    const why = `\`${shown(mount.from)}\` does not exist`
    throw refusal({
      server,
      reason: 'path_missing',
      key,
      why,
      fix: 'make it, or mark it `optional`',
    })
  }
  const reached = never.refusal(real)
  if (reached !== undefined)
    throw refuse(
      `\`${shown(mount.from)}\` leads to \`${shown(real)}\`, which is never mounted: ${reached}`,
      NARROW,
    )
  await checkPlanted(rules, mount.from, real, key)
  checkTarget(mount, real, refuse)
  const special = await firstSpecial(real)
  if (special !== undefined) {
    const why = `\`${shown(special)}\` is a socket, a pipe or a device`
    throw refusal({ server, reason: 'path_holds_socket', key, why, fix: NARROW })
  }
  return { ...mount, from: real }
}

const NARROW = 'mount the one folder that it works with'

/**
 * A server that writes a folder could have put a link where another mount begins, and would be shown
 * whatever it chose: below such a folder, a mount leads through no link.
 */
async function checkPlanted(
  { server, writable }: MountRules,
  from: string,
  real: string,
  key: string,
): Promise<void> {
  for (const folder of writable) {
    if (!isBelow(from, folder)) continue
    const base = await realOf(folder)
    if (base !== undefined && real === moved(from, folder, base)) continue
    throw refusal({
      ...{ server, reason: 'path_refused', key },
      why: `\`${shown(from)}\` leads through a link that the server itself could have made`,
      fix: 'mount the place where it leads, or take the link away',
    })
  }
}

function checkTarget(
  { from, to }: SandboxMount,
  real: string,
  refuse: (why: string, fix: string) => Error,
): void {
  const fix = 'say another `to`'
  if (to === '/' || to === '/tmp' || to === '/home')
    throw refuse(`\`${to}\` is the sandbox’s own`, fix)
  const own = OWN_INSIDE.find((folder) => isWithin(to, folder))
  // What lies in `/usr` may be seen where it lies.
  if (own === undefined || (own === '/usr' && (to === from || to === real) && isBelow(to, '/usr')))
    return
  throw refuse(`\`${shown(to)}\` lies in \`${own}\`, which is the sandbox’s own`, fix)
}

/** What makes a path none that could be checked by comparing names. */
function malformed(path: string): string | undefined {
  if (!path.startsWith('/')) return 'is no absolute path'
  if (path.includes('\0') || path.includes('\n')) return 'holds a zero byte or a line break'
  if (path.split('/').includes('..')) return 'goes up with `..`'
  const plain = normalize(path)
  if (plain !== path || (path !== '/' && path.endsWith('/'))) return 'is not in its plain form'
  return undefined
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    await lstat(real)
    return real
  } catch {
    return undefined
  }
}

function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
