import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import type { Revocation } from '../../../kernel/authentication.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { FetchDocument, FetchedDocument } from '../../../kernel/fetch-document.ts'
import type { Engine } from '../../../store/migrations.ts'
import { type FreshStore, freshStore } from '../../../store/testing/fresh-store.ts'
import { type Clients, type ClientsOptions, openClients } from '../clients.ts'

/** Clients on a database of a test's own, with a clock that the test owns. */
export interface Opened extends Clients {
  readonly fresh: FreshStore
  readonly events: SecurityEvent[]
  readonly revoked: Revocation[]
  /** Ids whose grants were ended. */
  readonly ended: string[]
  pass(milliseconds: number): void
  now(): number
  /** Opens them once more, as another replica would, on the same clock and database. */
  again(more?: Partial<ClientsOptions>): Promise<Clients>
}

export const NO_FETCH: FetchDocument = () => {
  throw new Error('nothing is fetched here')
}

export async function opened(engine: Engine, more: Partial<ClientsOptions> = {}): Promise<Opened> {
  const fresh = await freshStore(engine)
  onTestFinished(() => fresh.remove())
  let at = Date.UTC(2026, 10, 21)
  const events: SecurityEvent[] = []
  const revoked: Revocation[] = []
  const ended: string[] = []
  const options: ClientsOptions = {
    store: fresh.store,
    clock: () => at,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async (event) => void events.push(event),
    fetchDocument: NO_FETCH,
    sealKey: Buffer.alloc(32, 7),
    onRevoked: (changes) => void revoked.push(...changes),
    onRemoved: async (id) => ended.push(id),
    ...more,
  }
  const again = (other: Partial<ClientsOptions> = {}) => openClients({ ...options, ...other })
  return {
    ...(await again()),
    fresh,
    events,
    revoked,
    ended,
    again,
    now: () => at,
    pass: (milliseconds) => {
      at += milliseconds
    },
  }
}

/** A request of an address, as far as this module looks at it. */
export function requestFrom(remoteAddress: string): IncomingMessage {
  return { socket: { remoteAddress } } as IncomingMessage
}

/** A document as its host serves it. */
export function served(body: unknown, more: Partial<FetchedDocument> = {}): FetchedDocument {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status: 200, type: 'application/json', text, maxAge: undefined, ...more }
}
