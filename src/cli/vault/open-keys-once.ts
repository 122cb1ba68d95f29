import type { Config } from '../../config/config.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { CommandError } from '../command-error.ts'
import { openCommandRecorder, whoAtTerminal } from '../command-recorder.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { openConfiguredStore } from '../open-records.ts'
import { logger, printable, talk } from '../terminal.ts'
import { fetchForCredentials } from './credential-fetch.ts'
import { openKeys } from './open-keys.ts'

/** The vault's keys, open for one command. */
export interface OpenedKeys {
  readonly config: Config
  readonly store: Store
  readonly keys: KeyProvider
  readonly witness: Witness
  /** Who sits at the terminal, for the record. */
  readonly by: string
}

/**
 * Opens the keys of the configuration for one command, also beside a running gateway. A refusal of the
 * keeper is recorded.
 *
 * @throws {CommandError} `configuration`, with what is wrong and what to do.
 */
export async function withKeys(
  context: Context,
  use: (open: OpenedKeys) => Promise<Exit>,
): Promise<Exit> {
  const { config } = load(context)
  const log = logger(context)
  const store = await openConfiguredStore(config, context)
  try {
    const recorder = await openCommandRecorder(config, store, log)
    const { witness } = recorder
    const by = whoAtTerminal()
    try {
      const { env } = context
      const created = (path: string) => talk(context, printable(`made the key file \`${path}\``))
      const keys = await openKeys(config, {
        env,
        store,
        created,
        fetch: fetchForCredentials(config),
      })
      return await use({ config, store, keys, witness, by })
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'credential_unavailable') throw error
      const { kind } = config.vault.keys
      await witness({
        ...{ event: 'vault.refused', outcome: 'refused', target: kind },
        detail: { reason: error.message, by },
      })
      throw refusal(error)
    } finally {
      await recorder.close()
    }
  } finally {
    await store.close()
  }
}

function refusal(error: GatewayError): CommandError {
  const [what = '', ...fix] = error.message.split('; ')
  const more = error.detail ?? causeOf(error)
  return new CommandError(more === undefined ? what : `${what} (${more})`, {
    exit: 'configuration',
    fix: fix.length > 0 ? fix.join('; ') : 'look at `vault.keys` in the configuration',
    cause: error,
  })
}

/** What the network said; other causes may hold what nobody should read. */
function causeOf({ cause }: GatewayError): string | undefined {
  return cause instanceof GatewayError ? cause.message : undefined
}
