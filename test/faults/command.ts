import { join } from 'node:path'
import { type Ended, runNode } from '../support/child.ts'
import { bailiwick } from '../support/gateway.ts'

/** Runs a command of `bailiwick` beside the gateway of a data directory, as its owner would. */
export function command(dataDir: string, ...args: readonly string[]): Promise<Ended> {
  const config = join(dataDir, 'bailiwick.yaml')
  return runNode(bailiwick(...args, '--config', config, '--data-dir', dataDir))
}
