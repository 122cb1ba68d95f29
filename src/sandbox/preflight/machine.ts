import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { delimiter, join } from 'node:path'

/** What a sandbox needs to know of a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly kernel: string
  /** `ID` and `ID_LIKE` of os-release, most special first. */
  readonly distribution: readonly string[]
  readonly isRoot: boolean
  /** Differs after each start of the machine; undefined where there is none. */
  readonly boot: string | undefined
  readonly bwrap: Bwrap | undefined
  /** The programs of `TOOLS` that are missing. */
  readonly missing: readonly string[]
  /** Settings of the kernel that decide, by name; undefined where the kernel does not know one. */
  readonly sysctls: Readonly<Record<Sysctl, string | undefined>>
  /** Container engines and what else could confine, that were found. */
  readonly engines: readonly string[]
}

export interface Bwrap {
  readonly path: string
  /** `0.8.0`; empty when it does not say. */
  readonly version: string
  /** Tells a replaced program: time of change and size. */
  readonly stamp: string
}

/** Programs of util-linux that the launch chain runs. */
const TOOLS = ['prlimit', 'setpriv'] as const
const ENGINES = ['docker', 'podman', 'sandbox-exec'] as const

const SYSCTLS = {
  maxUserNamespaces: '/proc/sys/user/max_user_namespaces',
  usernsClone: '/proc/sys/kernel/unprivileged_userns_clone',
  apparmorRestricts: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
} as const
type Sysctl = keyof typeof SYSCTLS

/** Not the `PATH`: what starts servers is not to be found in a folder that somebody put before the system's. */
const SYSTEM_PATH = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'].join(delimiter)

/** How a machine is looked at. */
export interface World {
  readonly platform: NodeJS.Platform
  /** Where engines are looked for. */
  readonly path: string
  readonly isRoot: boolean
  read(file: string): string | undefined
  /** The file that a name on `PATH` means. */
  find(program: string, path: string): string | undefined
  /** What a program says of its version; undefined when it cannot be run. */
  version(file: string): string | undefined
  stamp(file: string): string
}

/** This machine. */
export function thisWorld(env: Readonly<Record<string, string | undefined>>): World {
  return {
    platform: process.platform,
    path: env['PATH'] ?? '',
    isRoot: process.getuid?.() === 0,
    read(file) {
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return undefined
      }
    },
    find,
    version(file) {
      try {
        return execFileSync(file, ['--version'], {
          encoding: 'utf8',
          timeout: 5_000,
          stdio: 'pipe',
        })
      } catch {
        return undefined
      }
    },
    stamp(file) {
      const { mtimeMs, size, ino } = statSync(realpathSync(file))
      return `${mtimeMs}-${size}-${ino}`
    },
  }
}

/** Looks at everything at once. Nothing is started but `bwrap --version`. */
export function lookAround(world: World): Machine {
  const { platform, path, isRoot } = world
  const setting = (name: Sysctl): string | undefined => world.read(SYSCTLS[name])?.trim()
  return {
    platform,
    kernel: release(),
    distribution: distributionOf(world.read('/etc/os-release') ?? ''),
    isRoot,
    boot: world.read('/proc/sys/kernel/random/boot_id')?.trim(),
    bwrap: bwrapOf(world),
    missing: TOOLS.filter((tool) => world.find(tool, SYSTEM_PATH) === undefined),
    sysctls: {
      maxUserNamespaces: setting('maxUserNamespaces'),
      usernsClone: setting('usernsClone'),
      apparmorRestricts: setting('apparmorRestricts'),
    },
    engines: ENGINES.filter((engine) => world.find(engine, path) !== undefined),
  }
}

function bwrapOf(world: World): Bwrap | undefined {
  const path = world.find('bwrap', SYSTEM_PATH)
  if (path === undefined) return undefined
  const [version = ''] = /\d+\.\d+(?:\.\d+)?/.exec(world.version(path)?.slice(0, 200) ?? '') ?? []
  return { path, version, stamp: world.stamp(path) }
}

function distributionOf(text: string): readonly string[] {
  const value = (key: string): string => {
    const line = text.split('\n').find((one) => one.startsWith(`${key}=`)) ?? ''
    return line.slice(key.length + 1).replaceAll(/["']/g, '')
  }
  return `${value('ID')} ${value('ID_LIKE')}`.split(' ').filter((word) => word !== '')
}

function find(program: string, path: string): string | undefined {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program)
    if (!folder.startsWith('/') || !isProgram(file)) continue
    return file
  }
  return undefined
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
