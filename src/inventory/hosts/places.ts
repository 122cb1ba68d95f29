import { isAbsolute, join } from 'node:path'
import type { OperatingSystem } from '../../kernel/inventory.ts'
import type { Host, HostFile } from './host.ts'

/** The machine and person whose files are looked for. Nothing of the process is asked. */
export interface HostPlace {
  readonly os: OperatingSystem
  /** Absolute. */
  readonly home: string
  /** The top of the file system; on Windows the drive. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folders of projects, absolute. */
  readonly projects: readonly string[]
}

/** A file to look for. Its path may have parts `*` and `*.ext`. */
export interface PlacedFile {
  readonly host: Host
  readonly file: HostFile
  readonly path: string
  /** The folder that its links must not lead out of. */
  readonly within: string
  readonly project?: string
}

/** Where the files of a host are on a machine; they need not be there. */
export function placesOf(host: Host, place: HostPlace): readonly PlacedFile[] {
  return host.files.flatMap((file) => {
    const where = typeof file.where === 'string' ? file.where : file.where[place.os]
    if (where === undefined) return []
    if (!where.startsWith('{project}')) {
      const path = fill(where, place)
      const within = file.scope === 'managed' ? place.root : place.home
      return path === undefined ? [] : [{ host, file, path, within }]
    }
    return place.projects.map((project) => ({
      host,
      file,
      path: join(project, where.slice('{project}'.length)),
      within: project,
      project,
    }))
  })
}

/** The path that a place of a table means; undefined where it is a variable that is not set. */
function fill(where: string, place: HostPlace): string | undefined {
  if (where.startsWith('~')) return join(place.home, where.slice(1))
  if (!where.startsWith('{')) return where
  const end = closing(where)
  const [name = '', ...others] = where.slice(1, end).split('|')
  const start =
    named(name, place) ?? (others.length === 0 ? undefined : fill(others.join('|'), place))
  return start === undefined ? undefined : join(start, where.slice(end + 1))
}

function named(name: string, { os, home, root, env }: HostPlace): string | undefined {
  if (name === 'root') return root
  if (name !== 'base') return absolute(env[name])
  if (os === 'darwin') return join(home, 'Library', 'Application Support')
  if (os === 'win32') return absolute(env['APPDATA']) ?? join(home, 'AppData', 'Roaming')
  return absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config')
}

/** Where the first brace closes: others may stand within. */
function closing(where: string): number {
  let depth = 0
  for (const [index, sign] of [...where].entries()) {
    if (sign === '{') depth++
    if (sign === '}' && --depth === 0) return index
  }
  return where.length
}

/** A place that depends on the folder of the process is nobody's. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
