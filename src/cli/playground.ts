import { type Config, configFrom } from '../config/config.ts'
import { playgroundConfig } from '../playground/playground.ts'
import type { Context } from './context.ts'

/** The configuration of the playground: what to run when there is nothing of the user's own. */
export async function playground(context: Context, config: Config): Promise<Config> {
  const { dataDir } = config
  const value = await playgroundConfig({ dataDir })
  return configFrom({ ...value, dataDir }, dataDir, context)
}
