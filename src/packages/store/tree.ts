import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { PLAINLY } from './read-plain.ts'
import { type Entry, TreeFault, walk } from './walk.ts'

const CHUNK = 1 << 20

/** What a folder held when it was looked at. */
export interface TreeDigest {
  /** SHA-256, hex. */
  readonly digest: string
  readonly files: number
  readonly bytes: number
}

/**
 * The digest over everything in a folder: of each entry its path, what it is, whether it can be executed,
 * and its content or where it links to. Who owns it and when it was made are no part of it, so that the same
 * package gives the same digest on every machine.
 *
 * @param outside Absolute paths that links may lead to; every other link out of the folder is refused.
 * @param see Told the digest of each file.
 * @throws {TreeFault} for a link that leaves the folder, and for what is no file, folder or link; an error of
 *   the file system when something cannot be read.
 */
export async function digestTree(
  root: string,
  outside: readonly string[] = [],
  see: (path: string, digest: string) => void = () => {},
): Promise<TreeDigest> {
  const hash = createHash('sha256')
  const real = realpathSync.native(root)
  const buffer = Buffer.allocUnsafe(CHUNK)
  let files = 0
  let bytes = 0
  await walk(root, (entry) => {
    const { kind, executable, content, size } = read(real, entry, outside, buffer)
    // Each line is one array in JSON, so no two trees give the same lines.
    hash.update(`${JSON.stringify([entry.path, kind, executable, content])}\n`)
    if (kind === 'file') see(entry.path, content)
    if (kind === 'file') files += 1
    bytes += size
  })
  return { digest: hash.digest('hex'), files, bytes }
}

interface Read {
  readonly kind: 'folder' | 'file' | 'link'
  readonly executable: boolean
  readonly content: string
  readonly size: number
}

function read(root: string, entry: Entry, outside: readonly string[], buffer: Buffer): Read {
  const { stats, path } = entry
  if (stats.isDirectory()) return { kind: 'folder', executable: false, content: '', size: 0 }
  if (stats.isSymbolicLink()) {
    const content = linkTarget(root, entry, outside)
    return { kind: 'link', executable: false, content, size: 0 }
  }
  if (!stats.isFile()) throw new TreeFault(`\`${path}\` is no file, folder or link`)
  const { content, size } = digestFile(entry, buffer)
  return { kind: 'file', executable: (stats.mode & 0o111) !== 0, content, size }
}

function digestFile({ absolute, stats, path }: Entry, buffer: Buffer) {
  const hash = createHash('sha256')
  const fd = openSync(absolute, PLAINLY)
  try {
    const opened = fstatSync(fd)
    if (!opened.isFile() || opened.ino !== stats.ino || opened.dev !== stats.dev)
      throw new TreeFault(`\`${path}\` was replaced while it was read`)
    let size = 0
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, got))
      size += got
    }
    return { content: hash.digest('hex'), size }
  } finally {
    closeSync(fd)
  }
}

/** Where a link of the tree leads. @throws {TreeFault} when it leads out of the tree. */
export function linkTarget(
  root: string,
  { absolute, path }: Entry,
  outside: readonly string[],
): string {
  const target = readlinkSync(absolute)
  if (outside.includes(target)) return target
  const leaves = () => new TreeFault(`the link \`${path}\` leads out of the folder`)
  if (isAbsolute(target) || !within(root, join(root, dirname(path), target))) throw leaves()
  const end = endOf(absolute)
  // A link through links can leave where its own words do not.
  if (end !== undefined && !within(root, end) && !outside.some((one) => endOf(one) === end))
    throw leaves()
  return target
}

function endOf(path: string): string | undefined {
  try {
    // The kernel's own answer: Node's would take `..` after a link by the words of the path.
    return realpathSync.native(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TreeFault('a link of it leads in a circle', { cause: error })
  }
}

function within(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * A digest over what the file system says of everything in a folder: as long as it stays the same, nobody
 * wrote to any of it, since the time of the last change of an entry cannot be set by whoever changes it.
 * Differs between machines and copies.
 *
 * @throws {TreeFault}, or an error of the file system.
 */
export async function stampTree(root: string): Promise<string> {
  const hash = createHash('sha256')
  await walk(root, ({ path, stats }) => {
    const { dev, ino, size, mode, mtimeMs, ctimeMs } = stats
    hash.update(`${JSON.stringify(path)} ${dev} ${ino} ${size} ${mode} ${mtimeMs} ${ctimeMs}\n`)
  })
  return hash.digest('hex')
}
