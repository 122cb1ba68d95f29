import { existsSync } from 'node:fs'
import type { Config } from '../../config/config.ts'
import { toGatewayError } from '../../kernel/errors.ts'
import type { PolicySource } from '../../policy/policy.ts'
import { openRollouts } from '../../rollout/rollout.ts'
import type { Context } from '../context.ts'
import { load } from '../load.ts'
import { managedSources } from '../managed-policies.ts'
import { openConfiguredStore } from '../open-records.ts'
import { talk } from '../terminal.ts'

/** What `bailiwick up` would run with. */
export interface ConfigInForce extends Config {
  /** Policies of the console that are in force, too. */
  readonly managed: readonly PolicySource[]
}

/** The configuration that `bailiwick up` would run with: without a file, that of the playground. */
export async function configInForce(context: Context): Promise<ConfigInForce> {
  const { config, path } = load(context)
  const own = path === undefined ? await playgroundOf(context, config) : config
  return { ...own, managed: await managedOf(context, own) }
}

async function playgroundOf(context: Context, config: Config): Promise<Config> {
  const { playground } = await import('../playground.ts')
  return playground(context, config)
}

/** What the console has in force. A database that cannot be asked is said, since files can be judged alone. */
async function managedOf(context: Context, config: Config): Promise<readonly PolicySource[]> {
  // Looking makes no database.
  if (config.store.kind === 'sqlite' && !existsSync(config.store.path)) return []
  try {
    const store = await openConfiguredStore(config, context)
    try {
      const rollouts = openRollouts({ store, witness: nobody, clock: Date.now })
      const { version, mode } = await rollouts.current()
      const found = version === 0 ? undefined : await rollouts.version(version)
      if (found === undefined) return []
      talk(context, `with version ${version} of the policies of the console (${mode})`)
      return managedSources(found.files, mode)
    } finally {
      await store.close()
    }
  } catch (error) {
    const { message } = toGatewayError(error)
    talk(context, `without policies of the console: the database cannot be asked (${message})`)
    return []
  }
}

/** Nothing is changed here, so nothing is witnessed. */
async function nobody(): Promise<void> {
  throw new Error('nothing is written by a command that looks')
}
