import type { Config } from '../config/config.ts'
import type { Witness } from '../kernel/event.ts'
import { openRollouts, type Rollouts } from '../rollout/rollout.ts'
import type { Store } from '../store/store.ts'
import { type LivePolicies, livePolicies } from './live-policies.ts'
import { type ManagedPolicies, openManagedPolicies } from './managed-policies.ts'
import { policySignature, readAll } from './policy-files.ts'

/** Milliseconds between two looks at the files of policies. */
const FILES_LOOK = 1_000
/** Milliseconds between two looks at what other processes put in force. */
const VERSIONS_LOOK = 500

/** The policies in force: those of the configuration's files, and those written in the console. */
export interface OpenPolicies {
  readonly policies: LivePolicies
  readonly managed: ManagedPolicies
  readonly rollouts: Rollouts
  close(): Promise<void>
}

export interface PolicyParts {
  readonly config: Config
  readonly store: Store
  readonly witness: Witness
  readonly log: (message: string, cause?: unknown) => void
}

/**
 * Opens them, and follows files and versions.
 *
 * @throws as `readAll` when they cannot be loaded together, and as the database.
 */
export async function openPolicies({
  config,
  store,
  witness,
  log,
}: PolicyParts): Promise<OpenPolicies> {
  const rollouts = openRollouts({ store, witness, clock: Date.now })
  let policies: LivePolicies | undefined
  const managed = await openManagedPolicies({
    rollouts,
    every: VERSIONS_LOOK,
    // A version is whole as soon as it is there: nothing has to rest.
    onChange: () => policies?.reload(),
    log,
  })
  try {
    policies = livePolicies({
      read: () => readAll(config, managed.sources()),
      signature: () => policySignature(config),
      every: FILES_LOOK,
      log,
    })
  } catch (error) {
    await managed.close()
    throw error
  }
  const live = policies
  return {
    policies: live,
    managed,
    rollouts,
    close: async () => {
      live.close()
      await managed.close()
    },
  }
}
