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

/** Records that are open for reading. */
export interface OpenRecords {
  readonly records: Records
  close(): Promise<void>
}

/** Opens the records of a configuration, also beside a running gateway. Rejects as `openConfiguredStore`. */
export async function openRecordsOf(
  config: Config,
  context: Pick<Context, 'env'>,
): Promise<OpenRecords> {
  const store = await openConfiguredStore(config, context)
  return { records: openRecords(store, headFile(config.dataDir)), close: store.close }
}

/**
 * Opens the records for one command.
 *
 * @throws {CommandError} `configuration` when there are none: as a rule, the wrong place was named.
 */
export async function withRecords(
  context: Context,
  use: (records: Records) => Promise<Exit>,
): Promise<Exit> {
  const { config } = load(context)
  const { store, dataDir } = config
  if (store.kind === 'sqlite' && !existsSync(store.path) && !existsSync(headFile(dataDir)))
    throw new CommandError(`there are no records in \`${dataDir}\``, {
      exit: 'configuration',
      fix: 'start the gateway once with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  const { records, close } = await openRecordsOf(config, context)
  try {
    return await use(records)
  } finally {
    await close()
  }
}
