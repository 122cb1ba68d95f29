import { access, readdir, readFile, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import type { Program } from './program.ts'

/** PEP 405: the file that makes a folder a virtual environment. */
const MARK = 'pyvenv.cfg'

/**
 * The virtual environment around a program, as it is named; undefined when it is in none. Its interpreter
 * finds it by the name that it is called by, so that name has to stay.
 */
export async function environmentAround(path: string): Promise<string | undefined> {
  const folder = dirname(dirname(path))
  try {
    await access(join(folder, MARK))
    return folder
  } catch {
    return undefined
  }
}

/** The interpreter that a virtual environment was made from; undefined when its file does not say. */
export async function baseOf(environment: string): Promise<string | undefined> {
  try {
    const text = await readFile(join(environment, MARK), 'utf8')
    const [, home] = /^home[ \t]*=[ \t]*([^\n]{1,4096})$/m.exec(text.slice(0, 65_536)) ?? []
    const folder = home?.trim()
    return folder !== undefined && isAbsolute(folder) ? folder : undefined
  } catch {
    return undefined
  }
}

/**
 * The standard library and the shared library beside an interpreter that has an installation of its own,
 * and nothing else of the folder that it was installed to: that may be a home.
 */
export async function libraryOf({ real }: Pick<Program, 'real'>): Promise<readonly string[]> {
  const lib = join(dirname(dirname(real)), 'lib')
  try {
    const names = await readdir(lib)
    const own = names.filter((name) =>
      /^(?:(?:python|pypy)3[.\d]*t?|libpython3[^/]*|libpypy[^/]*)$/.test(name),
    )
    return await Promise.all(own.map((name) => realpath(join(lib, name))))
  } catch {
    return []
  }
}
