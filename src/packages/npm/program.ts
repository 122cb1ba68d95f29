import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { readPlain } from '../store/read-plain.ts'

/** Bytes of a manifest. */
const LONGEST = 2 << 20
const SHEBANG = 256

/** Reads the manifest of an installed package; undefined when there is none that can be read. */
export function manifestOf(folder: string): JsonObject | undefined {
  try {
    const text = readPlain(join(folder, 'package.json'), LONGEST)
    const manifest = JSON.parse(text ?? 'null') as Json
    return isObject(manifest) ? manifest : undefined
  } catch {
    return undefined
  }
}

/** A program of a package, or why there is none. */
export type Program =
  | { readonly file: string; readonly runner: 'node' | 'itself' }
  | { readonly fault: string }

/**
 * The program that a package is started by: the one that is named, else its only one, else the one of the
 * package's own name, as `npx` does.
 *
 * @param tree The folder that was installed into, all links resolved.
 */
export function programOf(tree: string, name: string, wanted: string | undefined): Program {
  const folder = join(tree, 'node_modules', name)
  const programs = programsOf(manifestOf(folder), name)
  const names = Object.keys(programs)
  const own = name.slice(name.indexOf('/') + 1)
  const chosen = wanted ?? (names.length === 1 ? names[0] : own)
  const file =
    chosen !== undefined && Object.hasOwn(programs, chosen) ? programs[chosen] : undefined
  if (file === undefined) {
    const which = names.slice(0, 20).map((one) => `\`${one}\``)
    return {
      fault:
        names.length === 0
          ? 'it has no program to start'
          : `it has no program \`${chosen}\`: name one of ${which.join(', ')} as \`bin\``,
    }
  }
  return runnable(folder, file)
}

function programsOf(manifest: JsonObject | undefined, name: string): Record<string, string> {
  const bin = manifest?.['bin']
  if (typeof bin === 'string') return { [name.slice(name.indexOf('/') + 1)]: bin }
  if (!isObject(bin)) return {}
  const found = Object.entries(bin).flatMap(([key, file]) =>
    typeof file === 'string' ? [[key, file] as const] : [],
  )
  return Object.fromEntries(found)
}

function runnable(folder: string, file: string): Program {
  try {
    const path = realpathSync.native(join(folder, file))
    if (!path.startsWith(`${realpathSync.native(folder)}${sep}`))
      return { fault: 'its program lies outside of it' }
    if (!statSync(path).isFile()) return { fault: 'its program is no file' }
    return { file: path, runner: startsNode(path) ? 'node' : 'itself' }
  } catch {
    return { fault: 'its program is not there' }
  }
}

/** By its first line, and by its name where it has none. */
function startsNode(file: string): boolean {
  const buffer = Buffer.alloc(SHEBANG)
  const fd = openSync(file, 'r')
  try {
    const got = readSync(fd, buffer, 0, SHEBANG, 0)
    const [line = ''] = buffer.subarray(0, got).toString('latin1').split('\n')
    if (line.startsWith('#!')) return /[/ ]node(?:js)?(?:[\s]|$)/.test(line)
    return /\.[cm]?js$/.test(file)
  } finally {
    closeSync(fd)
  }
}
