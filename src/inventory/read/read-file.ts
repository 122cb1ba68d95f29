import { constants, type FileHandle, open, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import type { ConfigProblem } from '../../kernel/inventory.ts'

/** At most so many bytes of a file are read. */
export const MAX_BYTES = 4 * 1024 * 1024

/** A file's content, or why it was not read. Undefined where there is none. */
export type FileContent =
  | { readonly path: string; readonly bytes: Buffer; readonly text: string }
  | { readonly path: string; readonly problem: Omit<ConfigProblem, 'file'> }

export interface FileRules {
  /** Links must not lead out of here. */
  readonly within: string
  /** Who may own a file besides the administrator; undefined where a system has no such numbers. */
  readonly owner: number | undefined
}

/**
 * Reads a file of a person without trust in it: a regular file of theirs or the administrator's, of
 * bounded size, text in UTF-8. `path` of the result is the file itself where links led to it. Never
 * throws, and waits for nobody: a pipe is not read.
 */
export async function readFileSafely(
  path: string,
  rules: FileRules,
): Promise<FileContent | undefined> {
  const real = await attempt(resolveLinks(path, rules.within))
  if ('error' in real)
    return isMissing(real.error) ? undefined : { path, problem: problemOf(real.error) }
  if (real.value === undefined)
    return {
      path,
      problem: { kind: 'symlink', message: 'a link leads out of the folder of its owner' },
    }
  const target = real.value
  // What became a link since then is not followed, and what is no file does not keep us waiting.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const opened = await attempt(open(target, flags))
  if ('error' in opened)
    return isMissing(opened.error) ? undefined : { path: target, problem: problemOf(opened.error) }
  const content = await attempt(readOpen(opened.value, rules.owner))
  await attempt(opened.value.close())
  if ('error' in content) return { path: target, problem: problemOf(content.error) }
  return { path: target, ...content.value }
}

type Read =
  | { readonly bytes: Buffer; readonly text: string }
  | { readonly problem: Omit<ConfigProblem, 'file'> }

async function readOpen(file: FileHandle, owner: number | undefined): Promise<Read> {
  const about = await file.stat()
  if (!about.isFile()) return { problem: { kind: 'unreadable', message: 'not a regular file' } }
  if (owner !== undefined && about.uid !== owner && about.uid !== 0)
    return { problem: { kind: 'foreign_owner', message: 'the file belongs to another person' } }
  const bytes = await readUpTo(file, MAX_BYTES + 1, about.size)
  if (bytes.length > MAX_BYTES)
    return { problem: { kind: 'too_large', message: `the file is longer than ${MAX_BYTES} bytes` } }
  const text = decode(bytes)
  if (text === undefined)
    return { problem: { kind: 'binary', message: 'the file is not text in UTF-8' } }
  return { bytes, text }
}

async function readUpTo(file: FileHandle, limit: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(limit, size + 1))
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The file that a path means; undefined where links lead out of a folder. */
async function resolveLinks(path: string, within: string): Promise<string | undefined> {
  const [real, base] = await Promise.all([realpath(path), realpath(within)])
  // The folder itself may be behind links: what is below it keeps the name it was asked for.
  if (real === join(base, relative(within, path))) return path
  return isInside(base, real) || !isInside(within, path) ? real : undefined
}

function isInside(base: string, path: string): boolean {
  const way = relative(base, path)
  return (
    way !== '' &&
    way !== '..' &&
    !way.startsWith(`..${'/'}`) &&
    !way.startsWith('..\\') &&
    !isAbsolute(way)
  )
}

function problemOf(error: unknown): Omit<ConfigProblem, 'file'> {
  const code = codeOf(error)
  if (code === 'ELOOP') return { kind: 'symlink', message: 'links lead in a circle' }
  return { kind: 'unreadable', message: `the file cannot be read: ${code}` }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

type Attempt<Value> = { readonly value: Value } | { readonly error: unknown }

async function attempt<Value>(act: Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { value: await act }
  } catch (error) {
    return { error }
  }
}
