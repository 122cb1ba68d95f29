import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/** A program of a Python environment and what runs it, or why there is none. */
export type VenvProgram =
  | { readonly file: string; readonly runner: string }
  | { readonly fault: string }

/** The program that a package is started by: the one that is named, else that of its own name. */
export function venvProgram(venv: string, name: string, wanted: string | undefined): VenvProgram {
  const chosen = wanted ?? name
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(chosen))
    return { fault: `\`${chosen.slice(0, 128)}\` is no name of a program` }
  const file = join(venv, 'bin', chosen)
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    return { fault: `it has no program \`${chosen}\`: name one as \`bin\`` }
  return { file, runner: join(venv, 'bin', 'python') }
}
