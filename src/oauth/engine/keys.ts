import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Seal } from '../../kernel/seal.ts'
import { activateKey, addKey, dropKey, type KeyRow, keyRows, openKey } from './key-rows.ts'
import type { Settings } from './options.ts'

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
  /**
   * Reads the keys, making the first one.
   *
   * @throws GatewayError `store_unavailable` for keys that were sealed with another key than ours.
   */
  load(): Promise<KeySet>
  /** Takes out those that were sealed with another key. Only for who knows that nobody else has it. */
  dropUnreadable(): Promise<void>
  /** Does what is due by age: makes, activates, drops keys. */
  advance(): Promise<void>
}

export function createSigningKeys(settings: Settings, seal: Seal): SigningKeys {
  const list = async () => (await keyRows(settings)).map(publicKeyOf)
  const load = async (): Promise<KeySet> => {
    const rows = await keyRows(settings)
    const active = rows.find(({ state }) => state === 'active')
    if (active !== undefined) return keySetOf(rows, active.id, seal)
    const next = rows.find(({ state }) => state === 'next')
    await (next === undefined ? addKey(settings, seal, 'active') : activateKey(settings, next.id))
    return load()
  }
  return {
    list,
    load,
    rotate: () => addKey(settings, seal, 'next'),
    advance: async () => advanceKeys(settings, seal, await list()),
    retire: async (id) => {
      if (!(await list()).some((key) => key.id === id))
        throw new GatewayError('params_invalid', `there is no key \`${id}\``)
      await dropKey(settings, id, 'withdrawn')
      await load()
    },
    dropUnreadable: async () => {
      for (const row of await keyRows(settings))
        if (!opens(row, seal)) await dropKey(settings, row.id, 'unreadable')
    },
  }
}

async function advanceKeys(
  settings: Settings,
  seal: Seal,
  keys: readonly PublicKey[],
): Promise<void> {
  const { rotateAfter, publishFor, drainFor } = settings.keyPolicy
  const now = settings.clock()
  const next = keys.find(({ state }) => state === 'next')
  const active = keys.find(({ state }) => state === 'active')
  if (next !== undefined && next.since + publishFor <= now) await activateKey(settings, next.id)
  if (next === undefined && active !== undefined && active.since + rotateAfter <= now)
    await addKey(settings, seal, 'next')
  for (const { id, state, since } of keys)
    if (state === 'retired' && since + drainFor <= now) await dropKey(settings, id, 'drained')
}

function opens(row: KeyRow, seal: Seal): boolean {
  try {
    openKey(row, seal)
    return true
  } catch {
    return false
  }
}

function keySetOf(rows: readonly KeyRow[], active: string, seal: Seal): KeySet {
  const jwks = rows.map((row) => openKey(row, seal))
  const own = jwks.find(({ kid }) => kid === active)
  if (own === undefined) throw new GatewayError('internal', 'internal error')
  return {
    signer: { id: active, key: createPrivateKey({ key: own, format: 'jwk' }) },
    published: rows.map(publicKeyOf),
    jwks,
    fingerprint: JSON.stringify(rows.map(({ id, state, since }) => [id, state, since])),
  }
}

function publicKeyOf({ id, state, public: jwk, created, since }: KeyRow): PublicKey {
  return { id, state: state as KeyState, jwk: JSON.parse(jwk), created, since }
}
