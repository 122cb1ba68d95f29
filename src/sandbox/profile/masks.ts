import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxMount, SandboxProfile } from '../../kernel/sandbox.ts'
import { refusal } from '../refusal.ts'
import { fitsGlob } from './name-glob.ts'
import { depthOf, isWithin, moved } from './paths.ts'

/** Something in a mount that is not what the mount would make of it. */
export interface Mask {
  /**
   * `protect`: bound read-only onto itself. `pin`: bound onto itself as it is, so that nobody moves it away
   * with what is protected in it. `hide-file` and `hide-folder`: covered by something empty that cannot be
   * read.
   */
  readonly kind: 'protect' | 'pin' | 'hide-file' | 'hide-folder'
  /** On this machine: below the `from` of a mount, without links. */
  readonly from: string
  /** In the sandbox. */
  readonly target: string
}

/** How far the search goes. What has more is refused: what was not seen could not be masked. */
export interface MaskLimits {
  /** Files and folders looked at, of all mounts together. */
  readonly entries: number
  readonly masks: number
}

export const MASK_LIMITS: MaskLimits = { entries: 250_000, masks: 2_000 }

/** Folders of other people’s packages: nothing in them is a secret or a hook of the operator. */
const PACKAGES: ReadonlySet<string> = new Set(['node_modules', 'site-packages', 'dist-packages'])

/** What a program may need to load; of its own code such a file is never hidden. */
const LOADED = /\.(?:[cm]?[jt]sx?|py|pyc|so|node|wasm|jar|class|rb|php)$/i

/**
 * What of the mounts of a profile is protected or hidden, as it exists now, those that lie higher first:
 * to be bound in this order, after all mounts. Follows no link, but for a link whose name is masked: there
 * the file that it leads to is masked, if any mount shows it.
 *
 * @throws GatewayError `sandbox_unavailable` (`path_refused`) when there is more than `limits`, or a folder
 *   cannot be looked into.
 */
export async function masksOf(
  server: string,
  { fs }: Pick<SandboxProfile, 'fs'>,
  limits: MaskLimits = MASK_LIMITS,
): Promise<readonly Mask[]> {
  const mounts: readonly Walked[] = [
    ...fs.ro.map((mount) => ({ ...mount, writable: false })),
    ...fs.rw.map((mount) => ({ ...mount, writable: true })),
  ]
  const search: Search = { server, fs, mounts, limits, seen: 0, found: new Map() }
  for (const mount of mounts) await walk(search, mount)
  return [...search.found.values()].sort(
    (left, right) =>
      depthOf(left.target) - depthOf(right.target) || (left.target < right.target ? -1 : 1),
  )
}

interface Walked extends SandboxMount {
  readonly writable: boolean
}

interface Search {
  readonly server: string
  readonly fs: SandboxProfile['fs']
  readonly mounts: readonly Walked[]
  readonly limits: MaskLimits
  seen: number
  readonly found: Map<string, Mask>
}

/** Of two masks for one place, the stricter comes last, and covers the other. */
function rank({ kind }: Mask): number {
  return ['pin', 'protect', 'hide-folder', 'hide-file'].indexOf(kind)
}

async function walk(search: Search, mount: Walked): Promise<void> {
  const waiting = [mount.from]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = await entriesOf(search, folder, mount)
    search.seen += entries.length
    if (search.seen > search.limits.entries) throw tooMuch(search, 'files')
    for (const entry of entries) {
      const into = await look(search, mount, folder, entry)
      if (into !== undefined) waiting.push(into)
    }
  }
}

/** Masks one entry. Returns it when it is a folder to go into. */
async function look(
  search: Search,
  mount: Walked,
  folder: string,
  entry: Dirent,
): Promise<string | undefined> {
  const path = join(folder, entry.name)
  const { fs, mounts } = search
  // Another mount lies over it, which has a walk of its own.
  const target = moved(path, mount.from, mount.to)
  if (mounts.some((other) => other !== mount && other.to === target)) return undefined
  if (fs.hide.some((glob) => fitsGlob(entry.name, glob)) && !isLoaded(mount, entry)) {
    await hide(search, path, entry)
    return undefined
  }
  if (mount.writable) await protect(search, folder, entry.name)
  const inside = entry.isDirectory() && !PACKAGES.has(entry.name) && entry.name !== '.git'
  return inside ? path : undefined
}

function isLoaded({ code }: SandboxMount, entry: Dirent): boolean {
  return code === true && (entry.isDirectory() || LOADED.test(entry.name))
}

async function hide(search: Search, path: string, entry: Dirent): Promise<void> {
  const real = entry.isSymbolicLink() ? await realOf(path) : path
  if (real === undefined) return
  const folder = entry.isSymbolicLink() ? await isFolder(real) : entry.isDirectory()
  add(search, folder ? 'hide-folder' : 'hide-file', real)
}

/** What of `protect` begins with this name. The folders on the way to it are pinned. */
async function protect(search: Search, folder: string, name: string): Promise<void> {
  for (const relative of search.fs.protect) {
    const parts = relative.split('/')
    if (parts[0]?.toLowerCase() !== name.toLowerCase()) continue
    const steps = [name, ...parts.slice(1)]
    const real = await realOf(join(folder, ...steps))
    if (real === undefined) continue
    for (let end = 1; end < steps.length; end += 1) {
      const step = await realOf(join(folder, ...steps.slice(0, end)))
      if (step !== undefined) add(search, 'pin', step)
    }
    add(search, 'protect', real)
  }
}

/** Masks a file or folder wherever a mount shows it. */
function add(search: Search, kind: Mask['kind'], from: string): void {
  for (const mount of search.mounts) {
    // A mount itself was named by the operator, who wants it seen.
    if (from === mount.from || !isWithin(from, mount.from)) continue
    const mask = { kind, from, target: moved(from, mount.from, mount.to) }
    const before = search.found.get(mask.target)
    if (before !== undefined && rank(before) >= rank(mask)) continue
    search.found.set(mask.target, mask)
  }
  if (search.found.size > search.limits.masks) throw tooMuch(search, 'files to hide or protect')
}

async function entriesOf(
  search: Search,
  folder: string,
  mount: Walked,
): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A mount may be a single file; whatever goes away meanwhile needs no mask.
    if (code === 'ENOTDIR' || code === 'ENOENT') return []
    // The server runs with no more rights than this process: what is closed to us is closed to it.
    if (code === 'EACCES' && process.getuid?.() !== 0) return []
    throw refusal({
      server: search.server,
      reason: 'path_refused',
      key: mount.writable ? 'sandbox.fs.rw' : 'sandbox.fs.ro',
      why: `\`${folder}\` could not be looked into (${code ?? 'unknown'})`,
      fix: 'mount a folder that can be read',
    })
  }
}

function tooMuch({ server, limits }: Search, what: string): Error {
  return refusal({
    server,
    reason: 'path_refused',
    key: 'sandbox.fs',
    why: `its mounts hold too many ${what} (over ${what === 'files' ? limits.entries : limits.masks})`,
    fix: 'mount less, such as the one folder that it works in',
  })
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    return undefined
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch {
    return false
  }
}
