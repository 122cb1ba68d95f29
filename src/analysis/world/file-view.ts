import { isUtf8 } from 'node:buffer'
import { lstatSync, readlinkSync, realpathSync, type Stats, statfsSync } from 'node:fs'
import type { FileView, Followed } from '../analyser.ts'

/** Links on one way at most, as Linux has it (path_resolution(7)). */
const MAX_LINKS = 40

/** Bytes of a path and of one name in it at most (limits.h: PATH_MAX, NAME_MAX). */
const MAX_PATH = 4_096
const MAX_NAME = 255

/** Times that a way is walked anew because it changed meanwhile. */
const MAX_WALKS = 8

/** File system types (statfs(2)) whose links the kernel makes up for each process that looks. */
const PROC = 0x9fa0

/** A way as far as it was walked. */
interface Way {
  /** Free of links; `missing` of its last names do not exist. */
  names: string[]
  missing: number
  /** Whether something on the way did not exist or was no folder, even if `..` led out of it again. */
  lost: boolean
  /** Whether the last name is a folder. */
  folder: boolean
  links: number
  /** Names still to go, the next one last. */
  readonly ahead: string[]
}

class Blocked extends Error {}

/** What was a link is none any more: the walk starts anew. */
class Changed extends Error {}

/**
 * A view of this machine's file system, POSIX only: elsewhere every path is blocked. It looks at
 * names and links (lstat, readlink) and opens nothing.
 *
 * Each link is read once, and what follows is walked from where it led, so that a link that is
 * swapped meanwhile leads to the one place or to the other, never to a mixture. Nobody can promise
 * that it still leads there when the server opens it.
 */
export function nodeFileView(): FileView {
  return {
    follow(absolute) {
      try {
        return follow(absolute)
      } catch (error) {
        return { kind: 'blocked', why: whyBlocked(error) }
      }
    },
  }
}

function follow(absolute: string): Followed {
  if (!absolute.startsWith('/')) throw new Blocked('is not an absolute path of this system')
  if (absolute.includes('\0')) throw new Blocked('holds a NUL character')
  if (!absolute.isWellFormed()) throw new Blocked('is not Unicode text')
  if (Buffer.byteLength(absolute) >= MAX_PATH) throw new Blocked('is too long')
  let from = absolute
  let linked = false
  for (let walks = 0; walks < MAX_WALKS; walks += 1) {
    const way = tryWalk(from)
    if (!way) continue
    linked ||= way.links > 0
    const existing = `/${way.names.slice(0, way.names.length - way.missing).join('/')}`
    const spelled = spell(existing)
    if (spelled === existing) {
      return { kind: 'followed', real: `/${way.names.join('/')}`, exists: !way.lost, linked }
    }
    // Either the system spells names otherwise (case, normal forms), or a folder has become a link.
    const rest = way.names.slice(way.names.length - way.missing)
    from = spelled === undefined ? absolute : [spelled, ...rest].join('/')
  }
  throw new Blocked('changes while it is followed')
}

/** The names as they stand on disk: a system that ignores case or normal forms keeps its own. */
function spell(existing: string): string | undefined {
  try {
    return realpathSync.native(existing)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

function tryWalk(absolute: string): Way | undefined {
  try {
    return walk(absolute)
  } catch (error) {
    if (error instanceof Changed) return undefined
    throw error
  }
}

function walk(absolute: string): Way {
  const ahead = absolute.split('/').reverse()
  const way: Way = { names: [], missing: 0, lost: false, folder: true, links: 0, ahead }
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (!way.folder) way.lost = true
    if (name === '' || name === '.') continue
    if (name === '..') goUp(way)
    else goInto(way, name)
  }
  return way
}

function goUp(way: Way): void {
  way.names.pop()
  if (way.missing > 0) way.missing -= 1
  way.folder = true
}

function goInto(way: Way, name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME) throw new Blocked('is too long')
  const here = `/${way.names.join('/')}`
  const path = here === '/' ? `/${name}` : `${here}/${name}`
  const found = way.missing > 0 ? undefined : look(path)
  if (found?.isSymbolicLink()) {
    takeLink(way, here, path)
    return
  }
  way.names.push(name)
  way.folder = found?.isDirectory() ?? false
  if (found) return
  way.missing += 1
  way.lost = true
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    // Beneath what is no folder there is nothing, either.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

function takeLink(way: Way, folder: string, path: string): void {
  way.links += 1
  if (way.links > MAX_LINKS) throw new Blocked('leads through too many links')
  if (statfsSync(folder).type === PROC) {
    throw new Blocked('leads somewhere else for each process')
  }
  const target = readLink(path)
  if (!isUtf8(target)) throw new Blocked('leads through a link that is not Unicode text')
  const text = target.toString()
  if (text.startsWith('/')) way.names = []
  for (const name of text.split('/').reverse()) way.ahead.push(name)
}

function readLink(path: string): Buffer {
  try {
    return readlinkSync(path, 'buffer')
  } catch (cause) {
    if (['EINVAL', 'ENOENT', 'ENOTDIR'].includes(codeOf(cause) ?? '')) {
      throw new Changed('changed', { cause })
    }
    throw cause
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function whyBlocked(error: unknown): string {
  if (error instanceof Blocked) return error.message
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'leads through a folder that may not be read'
    case 'ELOOP':
      return 'leads through too many links'
    case 'ENAMETOOLONG':
      return 'is too long'
    default:
      return 'cannot be followed'
  }
}
