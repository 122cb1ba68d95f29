import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Selectable } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import type { Seal, SealContext } from '../../kernel/seal.ts'
import type { SigningKeyTable } from '../../store/identity-schema.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Settings } from './options.ts'

export type KeyRow = Selectable<SigningKeyTable>

const ALGORITHM = 'ES256'
const generate = promisify(generateKeyPair)

/** All keys, those that changed last first: of two active ones every replica takes the same. */
export function keyRows({ store: { db } }: Settings): Promise<KeyRow[]> {
  return db.selectFrom('signing_key').selectAll().orderBy('since', 'desc').orderBy('id').execute()
}

/**
 * The whole key, private part and all.
 *
 * @throws GatewayError `store_unavailable` for one that was sealed with another key than ours.
 */
export function openKey({ id, private: sealed }: KeyRow, seal: Seal): JWK {
  try {
    const jwk: JWK = JSON.parse(seal.open(sealed, contextOf(id)))
    return { ...jwk, kid: id, alg: ALGORITHM, use: 'sig' }
  } catch (cause) {
    throw unreadable(cause)
  }
}

function unreadable(cause: unknown): GatewayError {
  return new GatewayError('store_unavailable', 'the database was sealed with another seal key', {
    detail: 'put the file of the seal key back from a copy; replicas share one',
    cause,
  })
}

/** Makes a key, unless there is one in that state. Witnessed before. */
export async function addKey(
  { store, clock, witness }: Settings,
  seal: Seal,
  state: 'next' | 'active',
): Promise<void> {
  const { publicKey, privateKey } = await generate('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const id = await calculateJwkThumbprint(jwk)
  await witness({ event: 'key.rotated', outcome: 'done', target: id, detail: { state } })
  const at = clock()
  await store.db.transaction().execute(async (trx) => {
    const there = await trx
      .selectFrom('signing_key')
      .select('id')
      .where('state', '=', state)
      .executeTakeFirst()
    if (there !== undefined) return
    await trx
      .insertInto('signing_key')
      .values({
        id,
        algorithm: ALGORITHM,
        public: JSON.stringify({ ...jwk, kid: id, alg: ALGORITHM, use: 'sig' }),
        private: seal.seal(JSON.stringify(privateKey.export({ format: 'jwk' })), contextOf(id)),
        state,
        created: at,
        since: at,
      })
      .execute()
    await noteChanges(trx, [{ kind: 'key', id, what: 'changed' }], at)
  })
}

/** Lets the next key sign, and retires the one that did. Witnessed before. */
export async function activateKey({ store, clock, witness }: Settings, id: string): Promise<void> {
  const detail = { state: 'active' }
  await witness({ event: 'key.rotated', outcome: 'done', target: id, detail })
  const at = clock()
  await store.db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('signing_key')
      .set({ state: 'active', since: at })
      .where('id', '=', id)
      .where('state', '=', 'next')
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return
    await trx
      .updateTable('signing_key')
      .set({ state: 'retired', since: at })
      .where('state', '=', 'active')
      .where('id', '<>', id)
      .execute()
    await noteChanges(trx, [{ kind: 'key', id, what: 'changed' }], at)
  })
}

/** Takes a key out. Witnessed before. */
export async function dropKey(
  { store, clock, witness }: Settings,
  id: string,
  why: 'drained' | 'withdrawn' | 'unreadable',
): Promise<void> {
  await witness({ event: 'key.retired', outcome: 'done', target: id, detail: { why } })
  await store.db.transaction().execute(async (trx) => {
    await trx.deleteFrom('signing_key').where('id', '=', id).execute()
    await noteChanges(trx, [{ kind: 'key', id, what: 'revoked' }], clock())
  })
}

function contextOf(id: string): SealContext {
  return ['signing_key', id]
}
