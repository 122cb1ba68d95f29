import type { Config } from '../../config/config.ts'
import type { Context } from '../context.ts'
import { load } from '../load.ts'

/** The configuration that `bailiwick up` would run with: without a file, that of the playground. */
export async function configInForce(context: Context): Promise<Config> {
  const { config, path } = load(context)
  if (path !== undefined) return config
  const { playground } = await import('../playground.ts')
  return playground(context, config)
}
