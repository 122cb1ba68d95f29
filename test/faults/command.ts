import { join } from 'node:path'
import { type Ended, runNode } from '../support/child.ts'
import { bailiwick } from '../support/gateway.ts'

/** Runs a command of `bailiwick` beside the gateway of a data directory, as its owner would. */
export function command(dataDir: string, ...args: readonly string[]): Promise<Ended> {
  return runNode(commandLine(dataDir, ...args))
}

/** Arguments for Node that run a command of `bailiwick` on a data directory. */
export function commandLine(dataDir: string, ...args: readonly string[]): readonly string[] {
  const config = join(dataDir, 'bailiwick.yaml')
  return bailiwick(...args, '--config', config, '--data-dir', dataDir)
}
