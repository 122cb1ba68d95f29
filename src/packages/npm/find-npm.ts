import { accessSync, constants, realpathSync } from 'node:fs'
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path'

/** The npm of this machine: it knows registries, archives and dependencies better than anybody. */
export interface NpmTool {
  /** How it is run: our node, and its program. */
  readonly command: readonly [node: string, cli: string]
  /** The folder that it consists of. */
  readonly folder: string
}

/**
 * Finds npm beside the node that runs us, then on `PATH`. Only a file `npm-cli.js` counts: a wrapper may
 * run anything, and needs what the sandbox does not have. Undefined when there is none.
 */
export function findNpm(node: string, path: string | undefined): NpmTool | undefined {
  const beside = join(dirname(dirname(node)), 'lib/node_modules/npm/bin/npm-cli.js')
  const named = (path ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, 'npm'))
  for (const candidate of [beside, ...named]) {
    const cli = readable(candidate)
    if (cli !== undefined && basename(cli) === 'npm-cli.js')
      return { command: [node, cli], folder: dirname(dirname(cli)) }
  }
  return undefined
}

function readable(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK)
    return realpathSync(file)
  } catch {
    return undefined
  }
}
