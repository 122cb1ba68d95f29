import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/config.ts'
import type { Context } from './context.ts'
import { load } from './load.ts'

/** How a host is connected to a gateway. */
export interface ConnectHint {
  /** For a host that speaks HTTP, and OAuth with it. */
  readonly http: string
  /** For a host that starts its servers: its `mcpServers` entry. */
  readonly stdio: { readonly command: string; readonly args: readonly string[] }
}

/** Says how to connect a host to the gateway that runs on a configuration. */
export function connectHint(context: Context, config: Config, url: string): ConnectHint {
  const place = isFoundAlone(context, config) ? [] : ['--data-dir', config.dataDir]
  return {
    http: `claude mcp add --transport http bailiwick ${url}/mcp`,
    stdio: withArguments(place),
  }
}

function withArguments(place: readonly string[]): ConnectHint['stdio'] {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  // A host starts in any folder and with any Node: in a checkout both are named in full.
  if (import.meta.url.endsWith('.ts'))
    return { command: realpathSync(process.execPath), args: [main, 'connect', ...place] }
  return { command: 'npx', args: ['-y', 'bailiwick', 'connect', ...place] }
}

/** Whether `connect` finds this data directory without being told. */
function isFoundAlone(context: Context, config: Config): boolean {
  const { BAILIWICK_DATA_DIR: _dir, BAILIWICK_CONFIG: _file, ...env } = context.env
  const options = { ...context.options, config: undefined, dataDir: undefined }
  try {
    return load({ ...context, env, options }, 'own').config.dataDir === config.dataDir
  } catch {
    return false
  }
}
