import type { Kysely } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { Seal } from '../../kernel/seal.ts'
import type { Schema } from '../../store/schema.ts'

/** `federation-login`: on the way to a provider and back. `federation-ticket`: back, to be told. */
export type KeptKind = 'federation-login' | 'federation-ticket'
const KINDS: readonly KeptKind[] = ['federation-login', 'federation-ticket']

/** Milliseconds between sweeps of what is over. */
const SWEEP_EVERY = 10_000
/** Values in the table, about: whoever begins logins without end does not fill the disk. */
const MAX_KEPT = 100_000

interface Key {
  readonly kind: KeptKind
  /** Unguessable; stands in the database as its digest. */
  readonly secret: string
  /** What must be shown again, exactly, to take the value back. */
  readonly bound: readonly string[]
}

export type Taken =
  | { readonly value: JsonObject }
  /** `foreign`, once for each value: it is there, but bound to something else, and stays there. */
  | { readonly refused: 'unknown' | 'foreign' }

/** Keeps values for a while in the database; each can be taken once, on all replicas together. */
export interface Kept {
  /**
   * Keeps a value. An interaction has one of a kind: an earlier one is forgotten.
   *
   * @param lifetime milliseconds.
   * @throws GatewayError `store_unavailable`; `too_many_requests` when too many are kept.
   */
  keep(
    key: Key,
    interaction: string | undefined,
    value: JsonObject,
    lifetime: number,
  ): Promise<void>
  /** @throws GatewayError `store_unavailable`. */
  take(key: Key): Promise<Taken>
}

export function openKept(
  db: Kysely<Schema>,
  seal: Seal,
  clock: Clock,
  most: number = MAX_KEPT,
): Kept {
  const makeRoom = openRoom(db, most)
  async function keep(...[key, interaction, value, lifetime]: Parameters<Kept['keep']>) {
    const [now, id] = [clock(), sha256(key.secret)]
    const uid = interaction === undefined ? null : sha256(interaction)
    await makeRoom(now)
    if (uid !== null)
      await db
        .deleteFrom('oauth_object')
        .where('model', '=', key.kind)
        .where('uid', '=', uid)
        .execute()
    const payload = seal.seal(JSON.stringify(value), [key.kind, id, ...key.bound])
    await db
      .insertInto('oauth_object')
      .values({
        model: key.kind,
        id,
        payload,
        grant: null,
        uid,
        expires: now + lifetime,
        consumed: null,
      })
      .execute()
  }
  /** Misuse is on record once, however often it is tried: records are not for an attacker to fill. */
  async function isFirstMisuse(kind: KeptKind, id: string): Promise<boolean> {
    const noted = await db
      .updateTable('oauth_object')
      .set({ consumed: clock() })
      .where('model', '=', kind)
      .where('id', '=', id)
      .where('consumed', 'is', null)
      .executeTakeFirst()
    return noted.numUpdatedRows === 1n
  }
  async function take({ kind, secret, bound }: Key): Promise<Taken> {
    const id = sha256(secret)
    const row = await db
      .selectFrom('oauth_object')
      .select('payload')
      .where('model', '=', kind)
      .where('id', '=', id)
      .where('expires', '>', clock())
      .executeTakeFirst()
    if (row === undefined) return { refused: 'unknown' }
    const text = seal.tryOpen(row.payload, [kind, id, ...bound])
    if (text === undefined)
      return { refused: (await isFirstMisuse(kind, id)) ? 'foreign' : 'unknown' }
    // Whoever deletes the row has it: of parallel takers the database lets one through.
    const gone = await db
      .deleteFrom('oauth_object')
      .where('model', '=', kind)
      .where('id', '=', id)
      .executeTakeFirst()
    return gone.numDeletedRows === 1n ? { value: JSON.parse(text) } : { refused: 'unknown' }
  }
  return {
    keep: (...parameters) => keep(...parameters).catch(unavailable),
    take: (key) => take(key).catch(unavailable),
  }
}

/** Sweeps what is over, and refuses when there is too much left. */
function openRoom(db: Kysely<Schema>, most: number): (now: number) => Promise<void> {
  let swept = 0
  let count = 0
  return async (now) => {
    if (now - swept >= SWEEP_EVERY) {
      swept = now
      await db
        .deleteFrom('oauth_object')
        .where('model', 'in', KINDS)
        .where('expires', '<=', now)
        .execute()
      const left = await db
        .selectFrom('oauth_object')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('model', 'in', KINDS)
        .executeTakeFirstOrThrow()
      count = left.count
    }
    if (count >= most)
      throw new GatewayError('too_many_requests', 'too many logins are on their way')
    count += 1
  }
}

function unavailable(cause: unknown): never {
  if (cause instanceof GatewayError) throw cause
  throw new GatewayError('store_unavailable', 'the login cannot be looked up', { cause })
}
