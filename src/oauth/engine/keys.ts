import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { noteChanges } from '../../store/note-change.ts'
import type { Settings } from './options.ts'
import type { Seal } from './seal.ts'

/** `next`: published, not yet used. `active`: signs. `retired`: what it signed still verifies. */
export type KeyState = 'next' | 'active' | 'retired'

/** A signing key without its private part. */
export interface PublicKey {
  readonly id: string
  readonly state: KeyState
  readonly jwk: JsonObject
  /** Milliseconds since the epoch. */
  readonly created: number
  /** When it entered its state. */
  readonly since: number
}

/** All keys at one moment. */
export interface KeySet {
  readonly signer: { readonly id: string; readonly key: KeyObject }
  /** For verifying, newest first. */
  readonly published: readonly PublicKey[]
  /** With the private parts. */
  readonly jwks: readonly JWK[]
  /** Equal for equal sets. */
  readonly fingerprint: string
}

/** What operators do to keys. Witnessed before it takes effect. */
export interface KeyAdministration {
  list(): Promise<readonly PublicKey[]>
  /** Publishes the next key; it signs as soon as everybody can have seen it. */
  rotate(): Promise<void>
  /**
   * Takes a key out at once: what it signed is void. For a key that may be in other hands.
   *
   * @throws GatewayError `params_invalid` for one that there is not.
   */
  retire(id: string): Promise<void>
}

export interface SigningKeys extends KeyAdministration {
  /** Reads the keys, making the first one. */
  load(): Promise<KeySet>
  /** Does what is due by age: makes, activates, drops keys. */
  advance(): Promise<void>
}

const ALGORITHM = 'ES256'
const generate = promisify(generateKeyPair)

export function createSigningKeys(settings: Settings, seal: Seal): SigningKeys {
  const { store, clock, witness, keyPolicy } = settings
  const { db } = store

  const rows = () =>
    db.selectFrom('signing_key').selectAll().orderBy('since', 'desc').orderBy('id').execute()

  const list = async (): Promise<readonly PublicKey[]> =>
    (await rows()).map((row) => ({
      id: row.id,
      state: row.state as KeyState,
      jwk: JSON.parse(row.public),
      created: row.created,
      since: row.since,
    }))

  /** Adds a key unless one in that state is there already. */
  const make = async (state: 'next' | 'active') => {
    const { id, jwk, sealed } = await newKey(seal)
    await witness({ event: 'key.rotated', outcome: 'done', target: id, detail: { state } })
    const at = clock()
    await db.transaction().execute(async (trx) => {
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
          public: JSON.stringify(jwk),
          private: sealed,
          state,
          created: at,
          since: at,
        })
        .execute()
      await noteChanges(trx, [{ kind: 'key', id, what: 'changed' }], at)
    })
  }

  const activate = async (id: string) => {
    await witness({
      event: 'key.rotated',
      outcome: 'done',
      target: id,
      detail: { state: 'active' },
    })
    const at = clock()
    await db.transaction().execute(async (trx) => {
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

  const drop = async (id: string, why: string) => {
    await witness({ event: 'key.retired', outcome: 'done', target: id, detail: { why } })
    const at = clock()
    await db.transaction().execute(async (trx) => {
      await trx.deleteFrom('signing_key').where('id', '=', id).execute()
      await noteChanges(trx, [{ kind: 'key', id, what: 'revoked' }], at)
    })
  }

  const load = async (): Promise<KeySet> => {
    const found = await rows()
    const active = found.find(({ state }) => state === 'active')
    if (active === undefined) {
      const next = found.find(({ state }) => state === 'next')
      await (next === undefined ? make('active') : activate(next.id))
      return load()
    }
    const jwks = found.map((row) => ({
      ...(JSON.parse(seal.open(row.private, `signing_key ${row.id}`)) as JWK),
      kid: row.id,
      alg: ALGORITHM,
      use: 'sig',
    }))
    const own = jwks.find(({ kid }) => kid === active.id)
    if (own === undefined) throw new GatewayError('internal', 'internal error')
    return {
      signer: { id: active.id, key: createPrivateKey({ key: own, format: 'jwk' }) },
      published: await list(),
      jwks,
      fingerprint: JSON.stringify(found.map(({ id, state, since }) => [id, state, since])),
    }
  }

  return {
    list,
    load,
    rotate: () => make('next'),
    advance: async () => {
      const now = clock()
      const keys = await list()
      const next = keys.find(({ state }) => state === 'next')
      const active = keys.find(({ state }) => state === 'active')
      if (next !== undefined && next.since + keyPolicy.publishFor <= now) await activate(next.id)
      if (next === undefined && active !== undefined && active.since + keyPolicy.rotateAfter <= now)
        await make('next')
      for (const { id, state, since } of keys)
        if (state === 'retired' && since + keyPolicy.drainFor <= now) await drop(id, 'drained')
    },
    retire: async (id) => {
      const key = (await list()).find((one) => one.id === id)
      if (key === undefined) throw new GatewayError('params_invalid', `there is no key \`${id}\``)
      await drop(id, 'withdrawn')
      await load()
    },
  }
}

async function newKey(seal: Seal): Promise<{ id: string; jwk: JWK; sealed: string }> {
  const { publicKey, privateKey } = await generate('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const id = await calculateJwkThumbprint(jwk)
  return {
    id,
    jwk: { ...jwk, kid: id, alg: ALGORITHM, use: 'sig' },
    sealed: seal.seal(JSON.stringify(privateKey.export({ format: 'jwk' })), `signing_key ${id}`),
  }
}
