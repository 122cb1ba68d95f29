import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Loaded, parseConfig } from '../config/config.ts'
import { userConfigFile } from '../config/places.ts'
import type { Context } from './context.ts'
import { load } from './load.ts'
import { replaceFile } from './private-file.ts'
import { talk } from './terminal.ts'

/** The file that is in force, or the one that a new configuration goes to. @throws {ConfigError} */
export function fileToEdit(context: Context): { readonly path: string; readonly text: string } {
  const { options, cwd, env } = context
  const { BAILIWICK_CONFIG } = env
  const named = options.config ?? (BAILIWICK_CONFIG || undefined)
  if (named !== undefined && !existsSync(resolve(cwd, named)))
    return { path: resolve(cwd, named), text: '' }
  const { path } = load(context)
  if (path === undefined) return { path: userConfigFile(context), text: '' }
  return { path, text: readFileSync(path, 'utf8') }
}

/** Writes a configuration, durably and in one step, when it is good. @throws {ConfigError} otherwise. */
export function writeConfig(context: Context, path: string, text: string): Loaded {
  const changed = parseConfig(text, path, context)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  replaceFile(path, text)
  talk(context, 'a running gateway takes this up when it is started again')
  return changed
}
