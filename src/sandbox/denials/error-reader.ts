import { posix } from 'node:path'
import type { SandboxDenial, SandboxProfile, SandboxWatch } from '../../kernel/sandbox.ts'
import { isWithin } from '../profile/paths.ts'

/** A longer line is read to here: words about an error stand together. */
const MAX_LINE = 4_096
const MAX_PATH = 1_024
/** Paths of one server that are looked up on this machine, ever: looking is not free. */
const MAX_LOOKS = 200

/** What programs say of a file that they were refused, and what it means. Case does not matter. */
const WORDS: readonly (readonly [string, Meaning])[] = [
  ['eacces', 'refused'],
  ['eperm', 'refused'],
  ['permission denied', 'refused'],
  ['operation not permitted', 'refused'],
  ['erofs', 'read-only'],
  ['read-only file system', 'read-only'],
  ['enoent', 'missing'],
  ['no such file or directory', 'missing'],
]
type Meaning = 'refused' | 'read-only' | 'missing'

export interface ReaderOptions {
  readonly server: string
  readonly profile: SandboxProfile
  readonly watch: Pick<SandboxWatch, 'denied'>
  /** Whether a path is there on this machine, as the gateway sees it. */
  readonly exists: (path: string) => boolean
}

/** Finds what a server could not open in what it says of it. */
export interface ErrorReader {
  /** A line of its error output, or the text of a failed tool. */
  read(text: string): void
}

/**
 * A reader of one server's error messages. What a server says proves nothing: it can name any path. So a
 * path counts only when it is on this machine and the profile keeps it from the server, each once, and its
 * denial is marked as told by the server (`op: open?`).
 */
export function errorReader({ server, profile, watch, exists }: ReaderOptions): ErrorReader {
  const seen = new Set<string>()
  return {
    read(text) {
      for (const { path, meaning } of pathsIn(text)) {
        const reason = reasonFor(profile, path, meaning)
        const key = `${reason} ${path}`
        if (reason === undefined || seen.has(key) || seen.size >= MAX_LOOKS) continue
        seen.add(key)
        const denial: SandboxDenial = { server, layer: 'fs', op: 'open?', target: path, reason }
        if (exists(path)) watch.denied(denial)
      }
    },
  }
}

interface Told {
  readonly path: string
  readonly meaning: Meaning
}

/** Absolute paths that a text says could not be opened, at most eight. Linear. */
export function pathsIn(text: string): readonly Told[] {
  const found: Told[] = []
  for (const whole of text.slice(0, 16 * MAX_LINE).split('\n', 64)) {
    const line = whole.slice(0, MAX_LINE)
    const lower = line.toLowerCase()
    const meaning = WORDS.find(([word]) => lower.includes(word))?.[1]
    const path = meaning === undefined ? undefined : (quoted(line) ?? bare(line))
    if (path !== undefined && meaning !== undefined) found.push({ path, meaning })
    if (found.length === 8) break
  }
  return found
}

/** `open '/a/b'`, `[Errno 13] Permission denied: '/a/b'`, `"/a/b"`. */
function quoted(line: string): string | undefined {
  for (const quote of ["'", '"', '`']) {
    const start = line.indexOf(`${quote}/`)
    const end = start < 0 ? -1 : line.indexOf(quote, start + 1)
    if (end > 0) return plain(line.slice(start + 1, end))
  }
  return undefined
}

/** `cat: /a/b: Permission denied`, `open /a/b: permission denied`. */
function bare(line: string): string | undefined {
  const start = line.search(/(?<=[\s:=(])\//)
  if (start < 0) return undefined
  const rest = line.slice(start, start + MAX_PATH + 1)
  return plain(rest.split(/[\s:,;)]/, 1)[0] ?? '')
}

function plain(path: string): string | undefined {
  if (path.length < 2 || path.length > MAX_PATH || path.includes('\0')) return undefined
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}

/** Why the profile keeps a path from the server; undefined when it is not the profile's doing. */
function reasonFor(profile: SandboxProfile, path: string, meaning: Meaning): string | undefined {
  if (SYNTHETIC.some((folder) => isWithin(path, folder))) return undefined
  const { ro, rw } = profile.fs
  if (rw.some(({ to }) => isWithin(path, to)))
    return meaning === 'missing' ? undefined : 'protected'
  if (ro.some(({ to }) => isWithin(path, to)))
    return meaning === 'missing' ? undefined : meaning === 'read-only' ? 'read-only' : 'protected'
  if (meaning === 'read-only') return 'read-only'
  return BASE.some((folder) => isWithin(path, folder)) ? undefined : 'not-mounted'
}

/** What a sandbox makes itself: nothing in it is this machine's. */
const SYNTHETIC = ['/proc', '/dev', '/sys', '/tmp']
/** What every sandbox shows: what lacks there lacks on this machine, or is none of the server's matter. */
const BASE = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
