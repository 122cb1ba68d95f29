import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Loaded, loadConfig } from '../config/config.ts'
import type { Context } from './context.ts'
import { UNREAD } from './renderers.ts'
import { virtualTools } from './virtual-tools.ts'

/**
 * Loads the configuration as the options and the environment say.
 *
 * @param search `here`: also look into the current folder. `own`: do not, because whoever chose that
 *   folder must not choose the gateway.
 * @param allowUnsandboxed whatever the file says: somebody said so on the command line.
 * @throws {ConfigError}
 */
export function load(
  context: Context,
  search: 'here' | 'own' = 'here',
  { allowUnsandboxed }: { readonly allowUnsandboxed: boolean } = { allowUnsandboxed: false },
): Loaded {
  const { options, env, cwd, homedir } = context
  const checkout = checkoutRoot()
  const loaded = loadConfig({
    file: options.config && resolve(cwd, options.config),
    dataDir: options.dataDir && resolve(cwd, options.dataDir),
    ownDataDir: checkout && join(checkout, '.bailiwick'),
    env,
    homedir,
    cwd: search === 'here' ? cwd : undefined,
    allowUnsandboxed,
  })
  virtualTools(loaded.config, UNREAD, loaded)
  return loaded
}

/** The root of the source checkout that this runs from; undefined when it runs installed. */
function checkoutRoot(): string | undefined {
  const file = fileURLToPath(import.meta.url)
  const root = dirname(dirname(dirname(file)))
  return file.endsWith('.ts') && existsSync(join(root, 'package.json')) ? root : undefined
}
