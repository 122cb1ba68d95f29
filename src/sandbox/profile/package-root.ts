import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isWithin } from './paths.ts'

/** Whether a folder may be shown for the sake of a program, without anybody having named it. */
export type Acceptable = (folder: string) => boolean

/** Files that say: what belongs to the program lies here. */
const MARKS = [
  'package.json',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'deno.json',
  'go.mod',
  'Gemfile',
  'composer.json',
]
const HIGHEST = 40
/** Linked packages that are followed, and entries of `node_modules` that are looked at for them. */
const MOST_LINKS = 200
const MOST_ENTRIES = 5_000

/**
 * What a program that begins with this file (or folder) consists of: its package with the packages that it
 * finds above it, or the file alone where no package is around it or may be shown. All without links.
 */
export async function packageAround(
  path: string,
  acceptable: Acceptable,
): Promise<readonly string[]> {
  const outermost = outermostModules(path)
  if (outermost !== undefined && acceptable(outermost)) return withLinked([outermost], acceptable)
  const start = (await isFolder(path)) ? path : dirname(path)
  const root = await rootAbove(start, acceptable)
  if (root === undefined) return [path]
  return withLinked([root, ...(await modulesAbove(dirname(root), acceptable))], acceptable)
}

/** The outermost `node_modules` around a path: whatever is in it finds the rest there. */
function outermostModules(path: string): string | undefined {
  const at = path.indexOf('/node_modules/')
  return at < 0 ? undefined : path.slice(0, at + '/node_modules'.length)
}

async function rootAbove(start: string, acceptable: Acceptable): Promise<string | undefined> {
  for (const folder of upFrom(start)) {
    if (!acceptable(folder)) return undefined
    if (await isRoot(folder)) return folder
  }
  return undefined
}

/** A `package.json` without a name only says how the files beside it are read (Node, "type"). */
async function isRoot(folder: string): Promise<boolean> {
  for (const mark of MARKS) {
    const file = join(folder, mark)
    if (!(await isFile(file))) continue
    if (mark !== 'package.json' || (await hasName(file))) return true
  }
  return false
}

async function hasName(file: string): Promise<boolean> {
  try {
    const { size } = await stat(file)
    if (size > 1_048_576) return true
    const read: unknown = JSON.parse(await readFile(file, 'utf8'))
    return typeof read === 'object' && read !== null && ('name' in read || 'dependencies' in read)
  } catch {
    return true
  }
}

/** Every `node_modules` in which a program below would look. */
async function modulesAbove(start: string, acceptable: Acceptable): Promise<readonly string[]> {
  const found: string[] = []
  for (const folder of upFrom(start)) {
    if (!acceptable(folder)) return found
    const modules = join(folder, 'node_modules')
    if (await isFolder(modules)) found.push(modules)
  }
  return found
}

/** With the folders that links among its packages lead to, such as those of a workspace. */
async function withLinked(
  roots: readonly string[],
  acceptable: Acceptable,
): Promise<readonly string[]> {
  const all = new Set(roots)
  for (const root of roots) {
    const modules = root.endsWith('/node_modules') ? root : join(root, 'node_modules')
    for (const real of await linkedFrom(modules)) {
      if (all.size > MOST_LINKS) return [...all]
      if (![...all].some((folder) => isWithin(real, folder)) && acceptable(real)) all.add(real)
    }
  }
  return [...all]
}

async function linkedFrom(modules: string): Promise<readonly string[]> {
  const real = await realOf(modules)
  if (real === undefined) return []
  const outer = real === modules ? [] : [real]
  const entries = await entriesOf(modules)
  const scopes = entries.filter((entry) => entry.name.startsWith('@') && entry.isDirectory())
  const inner = (await Promise.all(scopes.map(({ name }) => entriesOf(join(modules, name))))).flat()
  const links = [...entries, ...inner]
    .slice(0, MOST_ENTRIES)
    .filter((entry) => entry.isSymbolicLink())
  const led = await Promise.all(
    links.slice(0, MOST_LINKS).map((entry) => realOf(join(entry.parentPath, entry.name))),
  )
  return [...outer, ...led.filter((path) => path !== undefined)]
}

function* upFrom(start: string): Generator<string> {
  let folder = start
  for (let steps = 0; steps < HIGHEST && folder !== '/'; steps += 1) {
    yield folder
    folder = dirname(folder)
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    return undefined
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile()
  } catch {
    return false
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
