import { sha256 } from '../../kernel/hash.ts'
import type { Seal } from '../../kernel/seal.ts'
import type { Settings } from './options.ts'

/** What is kept for a while, as the library hands it over. */
export type Payload = Record<string, unknown>

/** Codes, sessions, interactions, pushed requests: sealed, under the digest of what opens them. */
export interface Objects {
  /** Undefined when it is unknown or over. A payload that was used up says so in `consumed`. */
  find(model: string, id: string): Promise<Payload | undefined>
  findByUid(model: string, uid: string): Promise<Payload | undefined>
  /** @param ttl seconds. */
  put(model: string, id: string, payload: Payload, ttl: number): Promise<void>
  /** Puts an object in the place of another, if that is still there. False if it is not. */
  replace(
    model: string,
    before: string,
    id: string,
    payload: Payload,
    ttl: number,
  ): Promise<boolean>
  /** True for the first caller only. */
  consume(model: string, id: string): Promise<boolean>
  /** True when it was there. */
  remove(model: string, id: string): Promise<boolean>
  /** What a session was about to do ends with it. */
  removeByUid(model: string, uid: string): Promise<void>
  /** The grant of an object, however far gone. */
  grantOf(model: string, id: string): Promise<string | undefined>
}

export function createObjects({ store: { db }, clock }: Settings, seal: Seal): Objects {
  const row = async (model: string, column: 'id' | 'uid', value: string) => {
    const found = await db
      .selectFrom('oauth_object')
      .select(['id', 'payload', 'consumed', 'expires'])
      .where('model', '=', model)
      .where(column, '=', sha256(value))
      .executeTakeFirst()
    if (found === undefined || found.expires <= clock()) return undefined
    const payload: Payload = JSON.parse(seal.open(found.payload, [model, found.id]))
    if (found.consumed !== null) payload['consumed'] = Math.floor(found.consumed / 1_000)
    return payload
  }
  const rowOf = rowsWith(seal, clock)
  return {
    find: (model, id) => row(model, 'id', id),
    findByUid: (model, uid) => row(model, 'uid', uid),
    put: async (model, id, payload, ttl) => {
      const values = rowOf(model, id, payload, ttl)
      await db
        .insertInto('oauth_object')
        .values({ generation: null, consumed: null, ...values })
        .onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(values))
        .execute()
    },
    replace: async (model, before, id, payload, ttl) => {
      const { numUpdatedRows } = await db
        .updateTable('oauth_object')
        .set(rowOf(model, id, payload, ttl))
        .where('model', '=', model)
        .where('id', '=', sha256(before))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    consume: async (model, id) => {
      const { numUpdatedRows } = await db
        .updateTable('oauth_object')
        .set({ consumed: clock() })
        .where('model', '=', model)
        .where('id', '=', sha256(id))
        .where('consumed', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
    remove: async (model, id) => {
      const { numDeletedRows } = await db
        .deleteFrom('oauth_object')
        .where('model', '=', model)
        .where('id', '=', sha256(id))
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
    removeByUid: async (model, uid) => {
      await db
        .deleteFrom('oauth_object')
        .where('model', '=', model)
        .where('uid', '=', sha256(uid))
        .execute()
    },
    grantOf: async (model, id) => {
      const found = await db
        .selectFrom('oauth_object')
        .select('grant')
        .where('model', '=', model)
        .where('id', '=', sha256(id))
        .executeTakeFirst()
      return found?.grant ?? undefined
    },
  }
}

/** The row of an object, sealed. */
function rowsWith(seal: Seal, clock: Settings['clock']) {
  return (model: string, id: string, payload: Payload, ttl: number) => {
    const digest = sha256(id)
    return {
      model,
      id: digest,
      payload: seal.seal(JSON.stringify(payload), [model, digest]),
      grant: text(payload['grantId']),
      uid: uidOf(model, payload),
      subject: model === 'Session' ? text(payload['accountId']) : null,
      expires: clock() + ttl * 1_000,
    }
  }
}

/** An interaction belongs to the session that it was begun in. */
function uidOf(model: string, payload: Payload): string | null {
  const session = payload['session'] as Payload | undefined
  const uid = text(model === 'Interaction' ? session?.['uid'] : payload['uid'])
  return uid === null ? null : sha256(uid)
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
