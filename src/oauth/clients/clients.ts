import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Revocation } from '../../kernel/authentication.ts'
import { type Actor, type Witness, witnessBy } from '../../kernel/event.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import { createSeal } from '../../kernel/seal.ts'
import { sourceAddress } from '../../kernel/source-address.ts'
import type { Store } from '../../store/store.ts'
import type { ClientSource } from '../engine/ports.ts'
import {
  type ClientAdministration,
  clientAdministration,
  registeredRow,
} from './client-administration.ts'
import { documentHost } from './client-document.ts'
import { type ClientPolicy, checkPolicy, DEFAULT_CLIENT_POLICY } from './client-policy.ts'
import { type Kept, keptOf, metadataOf } from './client-record.ts'
import { clientRows } from './client-rows.ts'
import { trustOf } from './client-trust.ts'
import { clientUses } from './client-uses.ts'
import { viewOf } from './client-view.ts'
import type { ClientsSetting } from './clients-setting.ts'
import { dynamicRegistration } from './dynamic-registration.ts'
import { hostMatcher } from './host-pattern.ts'
import { metadataDocuments } from './metadata-documents.ts'
import { CONNECT_CLIENT } from './registered-client.ts'

export interface ClientsOptions {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  readonly witness: Witness
  /** For documents of strangers. */
  readonly fetchDocument: FetchDocument
  /** 32 bytes, the same on all replicas. */
  readonly sealKey: Uint8Array
  readonly policy?: Partial<ClientPolicy>
  /** The address that a request came from; that of the connection if not given. */
  readonly addressOf?: (request: IncomingMessage) => string
  /** Whether an id is that of something else, such as an agent. No id, if not given. */
  readonly taken?: (id: string) => Promise<boolean>
  /** Told at once, after the commit, of clients that were disabled or removed. */
  readonly onRevoked?: (changes: readonly Revocation[]) => void
  /** Ends the grants of a client that is gone. */
  readonly onRemoved?: (id: string) => Promise<unknown>
}

/** Where clients come from. */
export interface Clients {
  readonly source: ClientSource
  readonly administration: ClientAdministration
  /**
   * The same, when somebody is known to do it: events say who.
   *
   * @param onRemoved ends the grants of a client that is gone, in the same name.
   */
  administrationBy(by: Actor, onRemoved: (id: string) => Promise<unknown>): ClientAdministration
  /** Forgets clients whose time is over; a bounded number, to be called now and then. How many. */
  sweep(): Promise<number>
  /** Resolves when every use that was noted is written down. */
  flush(): Promise<void>
}

/**
 * Opens the clients: those that the operator registered, ours among them; those that documents name;
 * those that registered themselves.
 *
 * @throws TypeError for a policy that cannot be. GatewayError `store_unavailable`.
 */
export async function openClients(options: ClientsOptions): Promise<Clients> {
  const { addressOf = (request) => request.socket?.remoteAddress ?? '' } = options
  const seal = createSeal(options.sealKey, 'clients')
  const digestKey = seal.derive('sources')
  const setting: ClientsSetting = {
    rows: clientRows(options.store),
    clock: options.clock,
    randomId: options.randomId,
    witness: options.witness,
    fetchDocument: options.fetchDocument,
    seal,
    digest: (text) => createHmac('sha256', digestKey).update(text).digest('hex'),
    policy: checkPolicy({ ...DEFAULT_CLIENT_POLICY, ...options.policy }),
    sourceOf: (request) => sourceAddress(request === undefined ? '' : addressOf(request)),
    taken: options.taken ?? (async () => false),
    onRevoked: options.onRevoked ?? (() => {}),
    onRemoved: options.onRemoved ?? (async () => {}),
  }
  await setting.rows.put(registeredRow(setting, CONNECT_CLIENT, undefined))
  const uses = clientUses(setting)
  return {
    source: clientSource(setting, uses),
    administration: clientAdministration(setting),
    administrationBy: (by, onRemoved) =>
      clientAdministration({ ...setting, witness: witnessBy(setting.witness, by), onRemoved }),
    sweep: () => sweep(setting),
    flush: uses.flush,
  }
}

const UNKNOWN: Kept = { client: {}, resources: [], scopes: [] }

function clientSource(setting: ClientsSetting, uses: ReturnType<typeof clientUses>): ClientSource {
  const { rows, clock, policy, seal } = setting
  const trusted = hostMatcher(policy.documentHosts)
  /** Registered clients as they were found last: as many as the operator registered. */
  const found = new Map<string, Kept>()
  const keptFor = (id: string) => found.get(id) ?? UNKNOWN
  const registration = dynamicRegistration(setting)
  const documents = metadataDocuments(setting)
  return {
    trust: trustOf,
    find: async (id) => {
      if (trustOf(id) === 'metadata' || id.length > 128) return undefined
      const row = await rows.find(id)
      const over = row?.expires != null && row.expires <= clock()
      if (row === undefined || row.status !== 'active' || over) {
        found.delete(id)
        return undefined
      }
      const kept = keptOf(row.metadata)
      if (row.trust === 'registered') found.set(id, kept)
      return metadataOf(id, kept, seal)
    },
    vetted: (id) => {
      const trust = trustOf(id)
      if (trust === 'metadata') return trusted(documentHost(id) ?? '')
      return trust === 'registered' && found.has(id)
    },
    view: (id, metadata) => viewOf(id, trustOf(id), metadata),
    ceiling: (id) => {
      if (trustOf(id) !== 'registered') return { resources: undefined, scopes: undefined }
      const { resources, scopes } = keptFor(id)
      return { resources, scopes }
    },
    mayIntrospect: (id) => trustOf(id) === 'registered' && keptFor(id).introspect === true,
    used: uses.note,
    ...(registration === undefined ? {} : { registration }),
    ...(documents === undefined ? {} : { documents: uses.remembering(documents) }),
  }
}

const SWEPT = 100

/** Forgets clients whose time is over. One that is used meanwhile stays. */
async function sweep({ rows, clock, witness, onRemoved }: ClientsSetting): Promise<number> {
  let count = 0
  for (const { id } of await rows.expired(clock(), SWEPT)) {
    await witness({
      event: 'client.removed',
      outcome: 'done',
      client: id,
      detail: { reason: 'unused' },
    })
    if (!(await rows.removeExpired(id, clock()))) continue
    await onRemoved(id)
    count++
  }
  return count
}
