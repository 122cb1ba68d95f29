import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openRecords, type Records } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { openStore, type Store } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import type { Context } from './context.ts'
import type { Exit } from './exit-codes.ts'
import { load } from './load.ts'
import { resolveText } from './resolve-secret.ts'

/** The file that keeps the head of the chain of records outside the database. */
export function headFile(dataDir: string): string {
  return join(dataDir, 'records.head')
}

/**
 * Opens the store that a configuration names.
 *
 * @throws GatewayError `store_unavailable`; {CommandError} when the secret in its address is missing.
 */
export function openConfiguredStore(
  { store, folder }: Config,
  { env }: Pick<Context, 'env'>,
): Promise<Store> {
  if (store.kind === 'sqlite') return openStore(store)
  const url = resolveText(store.url, folder, env)
  return openStore({ kind: 'postgres', url, poolSize: store.poolSize })
}

/**
 * Opens the records for one command, also beside a running gateway.
 *
 * @throws {CommandError} `configuration` when there are none: as a rule, the wrong place was named.
 */
export async function withRecords(
  context: Context,
  use: (records: Records) => Promise<Exit>,
): Promise<Exit> {
  const { config } = load(context)
  const head = headFile(config.dataDir)
  if (config.store.kind === 'sqlite' && !existsSync(config.store.path) && !existsSync(head))
    throw new CommandError(`there are no records in \`${config.dataDir}\``, {
      exit: 'configuration',
      fix: 'start the gateway once with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  const store = await openConfiguredStore(config, context)
  try {
    return await use(openRecords(store, head))
  } finally {
    await store.close()
  }
}
