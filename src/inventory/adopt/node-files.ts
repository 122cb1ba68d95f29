import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { FileState, FileSystem } from './ports.ts'

/** The file system of this machine. */
export function nodeFiles(): FileSystem {
  return {
    read,
    create,
    rename: renameSync,
    remove: (path) => rmSync(path, { force: true }),
    syncFolder,
    makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
    list,
  }
}

function read(path: string, most: number): FileState | undefined {
  let descriptor: number
  try {
    // a named pipe would keep us waiting
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    descriptor = openSync(path, flags)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new Error('not a plain file')
    if (stat.size > most) throw new Error('the file is too large')
    const { uid, gid, nlink: links } = stat
    return {
      bytes: readAll(descriptor, stat.size, most),
      mode: stat.mode & 0o7777,
      uid,
      gid,
      links,
    }
  } finally {
    closeSync(descriptor)
  }
}

/** All of a file, which may grow while it is read. */
function readAll(descriptor: number, size: number, most: number): Uint8Array {
  let buffer = Buffer.alloc(size + 1)
  let length = 0
  for (;;) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, length)
    if (read === 0) return Uint8Array.from(buffer.subarray(0, length))
    length += read
    if (length > most) throw new Error('the file is too large')
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(length)])
  }
}

function create(path: string, { bytes, mode, uid, gid }: Omit<FileState, 'links'>): void {
  // closed to all others until it has its owner and its mode
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    const stat = fstatSync(descriptor)
    if (process.platform !== 'win32' && (stat.uid !== uid || stat.gid !== gid))
      fchownSync(descriptor, uid, gid)
    fchmodSync(descriptor, mode)
    writeFileSync(descriptor, bytes)
    fsyncSync(descriptor)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function syncFolder(path: string): void {
  // folders cannot be opened there
  if (process.platform === 'win32') return
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
