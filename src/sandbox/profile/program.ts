import { constants } from 'node:fs'
import { access, open, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** A program as the kernel would run it. */
export interface Program {
  /** As it is named: absolute. Some programs find their parts by it. */
  readonly path: string
  /** Without links. */
  readonly real: string
}

/** Where commands are looked for, and from where relative ones count. */
export interface Search {
  /** `PATH`. Relative and empty entries are left out: what they mean depends on who asks. */
  readonly path: string
  readonly cwd: string
}

/** A program that can be run; undefined when there is none of that name. */
export async function findProgram(
  command: string,
  { path, cwd }: Search,
): Promise<Program | undefined> {
  if (command === '') return undefined
  if (command.includes('/')) return programAt(isAbsolute(command) ? command : join(cwd, command))
  for (const folder of path.split(':')) {
    const found = isAbsolute(folder) ? await programAt(join(folder, command)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

async function programAt(path: string): Promise<Program | undefined> {
  try {
    const real = await realpath(path)
    if (!(await stat(real)).isFile()) return undefined
    await access(real, constants.X_OK)
    return { path, real }
  } catch {
    return undefined
  }
}

/** Linux reads no more of a first line (BINPRM_BUF_SIZE). */
const LONGEST_LINE = 256

/**
 * The interpreter that a script names in its first line, with what stands before the script; undefined for
 * a file that is no script. `env` is looked through: in the sandbox it would find another program.
 */
export async function interpreterOf(path: string): Promise<readonly string[] | undefined> {
  const line = await firstLine(path)
  const [, words] = /^#![ \t]*([^\n]+)/.exec(line) ?? []
  if (words === undefined) return undefined
  const parts = words.trim().split(/[ \t]+/)
  const [interpreter = ''] = parts
  if (!/(?:^|\/)env$/.test(interpreter)) return parts
  const rest = parts.slice(1).flatMap((part) => {
    if (part === '-S' || part === '--split-string') return []
    return part.startsWith('-S') ? [part.slice(2)] : [part]
  })
  const named = rest.findIndex((part) => !part.startsWith('-') && !part.includes('='))
  return named < 0 ? undefined : rest.slice(named)
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_LINE), 0, LONGEST_LINE, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } catch {
    return ''
  } finally {
    await file.close()
  }
}
