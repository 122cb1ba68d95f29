import { parseConfig } from '../../config/config.ts'
import { fileToEdit } from '../config-file.ts'
import type { Context } from '../context.ts'
import { load } from '../load.ts'

/**
 * The context of a command that makes a configuration where there is none: what it keeps goes where the
 * gateway will look once there is one, and not where it looks as long as there is none.
 */
export function withFirstConfig(context: Context): Context {
  const { options, env } = context
  const isSaid = options.dataDir !== undefined || (env['BAILIWICK_DATA_DIR'] ?? '') !== ''
  if (isSaid || load(context).path !== undefined) return context
  const { path, text } = fileToEdit(context)
  const { config } = parseConfig(text, path, context)
  return { ...context, options: { ...options, dataDir: config.dataDir } }
}
