import type { ClientDocuments } from '../engine/ports.ts'
import type { ClientMetadata } from '../parts.ts'
import type { ClientRow } from './client-rows.ts'
import { trustOf } from './client-trust.ts'
import { viewOf } from './client-view.ts'
import type { ClientsSetting } from './clients-setting.ts'

/** Milliseconds in which the uses of a client are one write. */
const ONE_WRITE = 60_000
const MAX_NOTED = 5_000
const MAX_DOCUMENTS = 1_000
/** Milliseconds that a client of a document is remembered since its last use. */
const REMEMBERED = 90 * 24 * 60 * 60_000

/** Which clients are in use, and so are not forgotten. */
export interface ClientUses {
  /** Never rejects. */
  note(id: string): void
  /** Keeps in memory what documents say, so that a client of one can be listed once it is used. */
  remembering(documents: ClientDocuments): ClientDocuments
  /** Resolves when everything that was noted is written down. */
  flush(): Promise<void>
}

export function clientUses(setting: ClientsSetting): ClientUses {
  const { rows, clock, policy } = setting
  const noted = new Map<string, number>()
  const documents = new Map<string, ClientMetadata>()
  const writing = new Set<Promise<unknown>>()

  const write = async (id: string, now: number): Promise<void> => {
    const document = documents.get(id)
    switch (trustOf(id)) {
      case 'dynamic':
        await rows.touch(id, now, now + policy.idleFor)
        break
      case 'metadata':
        if (document !== undefined) await rows.put(documentRow(id, document, now))
        await rows.touch(id, now, now + REMEMBERED)
        break
      default:
        await rows.touch(id, now, null)
    }
  }

  return {
    note: (id) => {
      const now = clock()
      if ((noted.get(id) ?? Number.NEGATIVE_INFINITY) > now - ONE_WRITE) return
      keep(noted, id, now, MAX_NOTED)
      // What is not written now is written with a later use.
      const written = write(id, now)
        .catch(() => noted.delete(id))
        .finally(() => writing.delete(written))
      writing.add(written)
    },
    remembering: (inner) => ({
      ...inner,
      allowClient: async (id, metadata) => {
        const allowed = await inner.allowClient(id, metadata)
        if (allowed) keep(documents, id, metadata, MAX_DOCUMENTS)
        return allowed
      },
    }),
    flush: async () => {
      await Promise.all(writing)
    },
  }
}

function documentRow(id: string, client: ClientMetadata, now: number): ClientRow {
  return {
    id,
    trust: 'metadata',
    name: viewOf(id, 'metadata', client).name,
    metadata: JSON.stringify({ client }),
    source: null,
    status: 'active',
    created: now,
    used: now,
    expires: now + REMEMBERED,
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}
