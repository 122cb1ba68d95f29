import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { BasePart } from './base.ts'
import { readElf } from './elf.ts'

/** A program whose needs cannot be told, so that no base can be made of them. */
export class UnknownNeeds extends Error {}

// Where the loader looks when a program does not say otherwise, on the systems there are.
const TRIPLETS: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
}
const FOLDERS = [
  ...[`/lib/${TRIPLETS[process.arch]}`, `/usr/lib/${TRIPLETS[process.arch]}`],
  ...['/lib64', '/usr/lib64', '/lib', '/usr/lib', '/usr/local/lib'],
]
const MOST_FILES = 512
// Loaded by name when it is needed: without it no name is found, whatever the program.
const LOADED_LATER = ['libnss_files.so.2', 'libnss_dns.so.2']
const SETTINGS = ['/etc/ld.so.cache', '/etc/localtime', '/etc/ssl/certs', '/etc/ssl/openssl.cnf']

/**
 * Nothing of this machine but programs and the libraries that they name, each at its own path. What a
 * program loads while it runs is mounted by its operator.
 *
 * @param programs absolute, on this machine, those that start it included.
 * @param known what was found before, kept for as long as a file does not change: programs may be large.
 * @throws UnknownNeeds for what is neither a program of this machine nor a script of one.
 */
export function minimalBase(
  programs: readonly string[],
  known: Map<string, readonly string[]>,
): readonly BasePart[] {
  const shown = new Set<string>()
  const waiting = [...programs, ...LOADED_LATER.flatMap((name) => findLibrary(name, []) ?? [])]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (shown.has(path)) continue
    if (shown.size >= MOST_FILES) throw new UnknownNeeds(path)
    shown.add(path)
    const key = versionOf(path)
    const needs = known.get(key) ?? needsOf(path)
    known.set(key, needs)
    waiting.push(...needs)
  }
  const settings = SETTINGS.filter((path) => existsSync(path))
  return [...shown, ...settings].map((path): BasePart => ({ kind: 'shown', path, as: path }))
}

function versionOf(path: string): string {
  const is = statSync(path, { throwIfNoEntry: false })
  if (is === undefined) throw new UnknownNeeds(path)
  return [path, is.ino, is.size, is.mtimeMs].join(' ')
}

function needsOf(path: string): readonly string[] {
  const interpreted = scriptOf(path)
  if (interpreted !== undefined) return interpreted
  try {
    const { interpreter, libraries, folders } = readElf(readFileSync(path))
    const own = folders.map((folder) => folder.replace(/^\$(?:ORIGIN|\{ORIGIN\})/, origin(path)))
    return [
      ...(interpreter === undefined ? [] : [interpreter]),
      ...libraries.map((name) => {
        const found = findLibrary(name, own)
        if (found === undefined) throw new UnknownNeeds(`${path}: ${name}`)
        return found
      }),
    ]
  } catch (error) {
    if (error instanceof UnknownNeeds) throw error
    throw new UnknownNeeds(path, { cause: error })
  }
}

const origin = (path: string): string => dirname(realpathSync(path))

function findLibrary(name: string, folders: readonly string[]): string | undefined {
  if (name.startsWith('/')) return name
  return [...folders, ...FOLDERS].map((folder) => join(folder, name)).find((at) => existsSync(at))
}

/** What runs a script, by its first line; undefined for what is no script. */
function scriptOf(path: string): readonly string[] | undefined {
  const head = headOf(path)
  if (!head.startsWith('#!')) return undefined
  const [interpreter = '', argument] = head.slice(2).split('\n')[0]?.trim().split(/\s/) ?? []
  if (!interpreter.startsWith('/')) throw new UnknownNeeds(path)
  if (!interpreter.endsWith('/env')) return [interpreter]
  const named = ['/usr/local/bin', '/usr/bin', '/bin']
    .map((folder) => join(folder, argument ?? ''))
    .find((at) => argument !== undefined && existsSync(at))
  if (named === undefined) throw new UnknownNeeds(path)
  return [interpreter, named]
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(256)
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    return bytes.toString('latin1', 0, readSync(fd, bytes))
  } catch (error) {
    throw new UnknownNeeds(path, { cause: error })
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
