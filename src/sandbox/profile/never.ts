import { readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { isBelow, isWithin } from './paths.ts'

/** Folders of this machine that matter to what may be mounted. All absolute. */
export interface Machine {
  /** Home of whoever runs the gateway. */
  readonly home: string
  /** The gateway’s own keys and records, with the folders of its servers. */
  readonly dataDir: string
  /** The server’s own folder in it. */
  readonly serverData: string
}

/** What no server ever sees, whatever its settings say, with all that lies in it. */
const SYSTEM = ['/boot', '/dev', '/etc', '/proc', '/run', '/sys', '/var/run', '/var/lock']
/** Folders in which everybody’s things lie: one below may be mounted, they themselves never. */
const SHARED = [
  '/home',
  '/mnt',
  '/media',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
  '/var/log',
  '/var/tmp',
]

/** Where people and their programs keep credentials, below a home. */
const CREDENTIALS = [
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.config/gcloud',
  '.config/gh',
  '.config/git',
  '.config/google-chrome',
  '.config/chromium',
  '.config/rclone',
  '.local/share/keyrings',
  '.mozilla',
  '.password-store',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.vault-token',
  'Library/Keychains',
]

/** What may not be mounted, and what is only mounted when somebody names it. */
export interface Never {
  /** Why a path may not be mounted, in words; undefined when it may. The path is absolute and without links. */
  refusal(path: string): string | undefined
  /** Whether people keep credentials at the path, below it, or around it. */
  holdsCredentials(path: string): boolean
}

/** Reads what there is to be kept out of sandboxes on this machine. */
export async function neverMounted(machine: Machine): Promise<Never> {
  const homes = await everySpelling([machine.home, ...(await homesOfPeople())])
  const own = await everySpelling([machine.dataDir])
  const mine = await everySpelling([machine.serverData])
  const system = await everySpelling(SYSTEM)
  const shared = [...new Set(await everySpelling(SHARED))]
  const credentials = homes.flatMap((home) => CREDENTIALS.map((name) => join(home, name)))
  const aroundWhat = (path: string): string | undefined => {
    if (homes.includes(path)) return 'it is a home'
    const inside = [...system, ...homes, ...own].find((folder) => isWithin(folder, path))
    return inside === undefined ? undefined : `it holds \`${inside}\``
  }
  return {
    refusal(path) {
      if (path === '/') return 'it is the whole machine'
      const inSystem = system.find((folder) => isWithin(path, folder))
      if (inSystem !== undefined) return `\`${inSystem}\` belongs to the system`
      const around = aroundWhat(path)
      if (around !== undefined) return around
      if (shared.includes(path)) return 'everybody’s files lie in it'
      const inOwn = own.some((folder) => isBelow(path, folder))
      return inOwn && !mine.some((folder) => isWithin(path, folder))
        ? 'it belongs to the gateway, or to another server'
        : undefined
    },
    holdsCredentials(path) {
      return credentials.some((place) => isWithin(place, path) || isWithin(path, place))
    },
  }
}

/** Each path as it is written, and without links. */
async function everySpelling(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map(deepestReal))
  return [...new Set([...paths, ...real])]
}

/** A path without links, as far as it exists. */
export async function deepestReal(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await deepestReal(parent), path.slice(parent.length))
  }
}

/** Homes of root and of the accounts of people (`UID_MIN` of login.defs is 1000 everywhere). */
async function homesOfPeople(): Promise<readonly string[]> {
  try {
    const text = await readFile('/etc/passwd', 'utf8')
    return text.split('\n', 10_000).flatMap((line) => {
      const [, , uid = '', , , home = ''] = line.split(':')
      const person = uid === '0' || (/^\d{4,}$/.test(uid) && uid !== '65534')
      return person && isAbsolute(home) && home !== '/' ? [home] : []
    })
  } catch {
    return []
  }
}
