import { GatewayError } from '../../kernel/errors.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Sealer, SecretName } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'

export interface SecretsOptions {
  readonly store: Store
  readonly sealer: Sealer
  readonly witness: Witness
  readonly clock: Clock
  /** Milliseconds after which a secret is due to be changed that does not say when. */
  readonly rotateAfter: number
  /** Told after a change on this replica; the others hear of it by the feed of changes. */
  readonly onChange?: (of: SecretName) => void
}

/** Gives values: for what sends them to servers, and nothing else. */
export interface SecretReader {
  /**
   * The current value, for one server.
   *
   * @throws GatewayError `item_unknown` when there is no such secret; `credential_unavailable` when it
   *   is not for this server (which is witnessed), has expired, or does not open.
   */
  read(of: SecretName, server: string): Promise<ReadSecret>
  /** The version before it, while both are accepted. @throws as `read`. */
  readPrevious(of: SecretName, server: string): Promise<ReadSecret>
}

/** A value, and when it must not be used any more. */
export interface ReadSecret {
  readonly value: string
  /** Milliseconds since the epoch. */
  readonly expires: number | undefined
}

/** @returns the error for a secret that is not there. */
export function unknownSecret(): GatewayError {
  return new GatewayError('item_unknown', 'there is no such secret')
}
