import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { sha256 } from '../../kernel/hash.ts'
import type { FileState, FileSystem } from './ports.ts'

/** At most so many bytes of a file are read. */
export const MOST_BYTES = 8 * 1024 * 1024

/** Why a file was not written. The message holds nothing of the file. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
  readonly code: FileRefusal

  constructor(message: string, options: { readonly code: FileRefusal; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
  }
}

export type FileRefusal =
  | 'changed_meanwhile'
  | 'unreadable'
  | 'unwritable'
  | 'not_text'
  | 'hard_linked'
  | 'not_rewritable'

/** A file's text, with what is needed to write it again. */
export interface FileText extends FileState {
  readonly text: string
  readonly digest: string
}

/** Reads a file of UTF-8 text that has one name. @throws {FileRefused} */
export function readText(files: FileSystem, path: string): FileText {
  const state = readState(files, path)
  if (state.links > 1)
    throw new FileRefused('the file has more than one name; only one would change', {
      code: 'hard_linked',
    })
  const text = decoded(state.bytes)
  return { ...state, text, digest: sha256(state.bytes) }
}

function readState(files: FileSystem, path: string): FileState {
  let state: FileState | undefined
  try {
    state = files.read(path, MOST_BYTES)
  } catch (cause) {
    throw new FileRefused(`the file cannot be read${codeText(cause)}`, {
      code: 'unreadable',
      cause,
    })
  }
  if (state === undefined) throw new FileRefused('the file is gone', { code: 'unreadable' })
  return state
}

/** The text of which exactly these are the bytes, with a byte order mark where there is one. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new FileRefused('the file is not UTF-8', { code: 'not_text', cause })
  }
}

/**
 * Puts a new text in the place of what was read, in one step: a crash leaves the one or the other. Owner
 * and mode stay; one that held secrets is closed to all but its owner.
 *
 * @returns whether it is certain that the new text outlives a loss of power.
 * @throws {FileRefused} `changed_meanwhile` when the file is not what was read any more; `unwritable`.
 *   Then nothing was written.
 */
export function replaceText(
  files: FileSystem,
  path: string,
  change: { readonly read: FileText; readonly text: string; readonly isPrivate: boolean },
): boolean {
  const { read, text, isPrivate } = change
  const mode = isPrivate ? read.mode & 0o700 : read.mode
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  const { uid, gid } = read
  guarded(() => files.create(draft, { bytes: Buffer.from(text), mode, uid, gid }))
  try {
    // as late as can be: a host may write while we think
    if (sha256(readState(files, path).bytes) !== read.digest)
      throw new FileRefused('the file changed while it was worked on', {
        code: 'changed_meanwhile',
      })
    guarded(() => files.rename(draft, path))
  } catch (error) {
    removeQuietly(files, draft)
    throw error
  }
  try {
    files.syncFolder(dirname(path))
    return true
  } catch {
    return false
  }
}

function guarded(act: () => void): void {
  try {
    act()
  } catch (cause) {
    throw new FileRefused(`the file cannot be written${codeText(cause)}`, {
      code: 'unwritable',
      cause,
    })
  }
}

function removeQuietly(files: FileSystem, path: string): void {
  try {
    files.remove(path)
  } catch {
    // a draft that stays does no harm, and what went wrong before says more
  }
}

function codeText(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code) ? ` (${code})` : ''
}
