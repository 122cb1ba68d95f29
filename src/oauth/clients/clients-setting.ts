import type { IncomingMessage } from 'node:http'
import type { Revocation } from '../../kernel/authentication.ts'
import type { Witness } from '../../kernel/event.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { Seal } from '../../kernel/seal.ts'
import type { ClientPolicy } from './client-policy.ts'
import type { ClientRows } from './client-rows.ts'

/** What the parts of this module share. */
export interface ClientsSetting {
  readonly rows: ClientRows
  readonly clock: Clock
  readonly randomId: RandomId
  readonly witness: Witness
  readonly fetchDocument: FetchDocument
  readonly seal: Seal
  /** Digest of what must not stand in the database as it is. */
  readonly digest: (text: string) => string
  readonly policy: ClientPolicy
  /** Whom a request counts for. */
  readonly sourceOf: (request: IncomingMessage | undefined) => string
  /** Whether an id is that of something else. */
  readonly taken: (id: string) => Promise<boolean>
  /** Told at once of clients that were disabled or removed. */
  readonly onRevoked: (changes: readonly Revocation[]) => void
  /** Ends the grants of a client that is gone. */
  readonly onRemoved: (id: string) => Promise<unknown>
}
