import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CommandError } from './command-error.ts'

const MOST_BYTES = 65_536

/** Makes a folder that only its owner can enter, unless it is there. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new CommandError(`the folder \`${folder}\` cannot be made`, {
      exit: 'configuration',
      fix: 'name a folder that you may write to with `--data-dir`, or `dataDir` in the configuration',
      cause,
    })
  }
}

/**
 * Makes a file of mode 0600, durably, with all of its text or not at all.
 *
 * @returns false when a file of that name is there already; it is left alone.
 * @throws {CommandError} `configuration` when it cannot be written: a full disk, missing rights.
 */
export function createFile(path: string, text: string): boolean {
  const draft = writeDraft(path, text, 0o600)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(draft)
  }
}

/**
 * Replaces a file durably, in one step, keeping its mode; follows links. A new file gets mode 0600.
 *
 * @throws {CommandError} as `createFile`.
 */
export function replaceFile(path: string, text: string): void {
  const real = realPath(path)
  const draft = writeDraft(real, text, modeOf(real) ?? 0o600)
  try {
    renameSync(draft, real)
  } catch (error) {
    unlinkSync(draft)
    throw error
  }
}

/**
 * Reads a small file that must be the user's own and closed to all others.
 *
 * @returns undefined when there is none.
 * @throws {CommandError} `configuration` when others can read it, or it is no plain file.
 */
export function readPrivateFile(path: string): string | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw new CommandError(`\`${path}\` cannot be read`, {
      exit: 'configuration',
      fix: 'it must be a plain file of yours, not a link',
      cause,
    })
  }
  try {
    checkPrivate(path, descriptor)
    const buffer = Buffer.alloc(MOST_BYTES)
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, MOST_BYTES, 0))
  } finally {
    closeSync(descriptor)
  }
}

function checkPrivate(path: string, descriptor: number): void {
  const stat = fstatSync(descriptor)
  const refuse = (message: string, fix: string): never => {
    throw new CommandError(`\`${path}\` ${message}`, { exit: 'configuration', fix })
  }
  if (!stat.isFile()) refuse('is no plain file', 'remove it')
  // Windows keeps its rights elsewhere: there these two say nothing.
  if (process.platform === 'win32') return
  if (stat.uid !== process.getuid?.()) refuse('belongs to somebody else', 'remove it')
  if ((stat.mode & 0o077) !== 0)
    refuse('can be read by others', `run \`chmod 600 ${path}\`; if others did read it, remove it`)
}

function writeDraft(path: string, text: string, mode: number): string {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    const descriptor = openSync(draft, 'wx', mode)
    try {
      // The mode given to open is cut by the umask.
      fchmodSync(descriptor, mode)
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    return draft
  } catch (cause) {
    rmSync(draft, { force: true })
    throw new CommandError(`\`${path}\` cannot be written (${codeOf(cause)})`, {
      exit: 'configuration',
      fix: 'look at the free space of its disk and the rights of its folder',
      cause,
    })
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function modeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat && stat.mode & 0o777
}

/** The system's code of an error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code
}
