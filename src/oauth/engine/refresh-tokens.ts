import { createHmac, timingSafeEqual } from 'node:crypto'
import { sha256 } from '../../kernel/hash.ts'
import type { Payload } from './objects.ts'
import type { Settings } from './options.ts'
import type { Seal } from './seal.ts'

/**
 * Refresh tokens. All that follow from one authorization are one row: its name, and how often its
 * token was replaced. A token says `family.generation.mac`, so every older one is recognized for as
 * long as the family lives, and the successor of a token is always the same.
 * See `docs/decisions/0006-refresh-in-parallel.md`.
 */
export interface RefreshTokens {
  /** The first token of a new family. */
  begin(): string
  /** The one token that may follow. */
  successor(token: string): string
  /**
   * Undefined for what never was a token of ours, or is over. The payload says `consumed` when the
   * token was replaced, unless that was just now.
   */
  find(token: string): Promise<Payload | undefined>
  /**
   * Makes the token the family's newest. False when another token is, or was: somebody used the
   * predecessor again.
   *
   * @param ttl seconds.
   */
  put(token: string, payload: Payload, ttl: number): Promise<boolean>
  remove(token: string): Promise<void>
  grantOf(token: string): Promise<string | undefined>
}

const MODEL = 'RefreshToken'

export function createRefreshTokens(settings: Settings, seal: Seal): RefreshTokens {
  const { store, clock, randomId, refreshGrace } = settings
  const { db } = store
  const macKey = seal.derive('refresh tokens')
  const write = (family: string, generation: number) =>
    `${family}.${generation}.${createHmac('sha256', macKey).update(`${family}.${generation}`).digest('base64url')}`
  const read = (token: string) => readToken(token, write)

  const rowOf = async (family: string) => {
    const row = await db
      .selectFrom('oauth_object')
      .select(['payload', 'generation', 'consumed', 'expires', 'grant'])
      .where('model', '=', MODEL)
      .where('id', '=', sha256(family))
      .executeTakeFirst()
    return row === undefined ? undefined : { ...row, generation: row.generation ?? 0 }
  }
  const isJustReplaced = (
    generation: number,
    row: { readonly generation: number; readonly consumed: number | null },
  ) =>
    row.generation === generation + 1 &&
    row.consumed !== null &&
    clock() - row.consumed < refreshGrace

  return {
    begin: () => write(randomId(), 0),
    successor: (token) => {
      const known = read(token)
      if (known === undefined) throw new TypeError('not a refresh token')
      return write(known.family, known.generation + 1)
    },
    find: async (token) => {
      const known = read(token)
      const row = known === undefined ? undefined : await rowOf(known.family)
      if (known === undefined || row === undefined || row.expires <= clock()) return undefined
      const { family, generation } = known
      const payload: Payload = JSON.parse(seal.open(row.payload, `${MODEL} ${sha256(family)}`))
      payload['jti'] = token
      if (row.generation > generation && !isJustReplaced(generation, row))
        payload['consumed'] = true
      return row.generation < generation ? undefined : payload
    },
    put: async (token, { jti: _, ...payload }, ttl) => {
      const known = read(token)
      if (known === undefined) throw new TypeError('not a refresh token')
      const { family, generation } = known
      const id = sha256(family)
      const values = {
        payload: seal.seal(JSON.stringify(payload), `${MODEL} ${id}`),
        expires: clock() + ttl * 1_000,
        generation,
      }
      if (generation === 0) {
        const grant = String(payload['grantId'])
        await db
          .insertInto('oauth_object')
          .values({ model: MODEL, id, grant, uid: null, subject: null, consumed: null, ...values })
          .execute()
        return true
      }
      const { numUpdatedRows } = await db
        .updateTable('oauth_object')
        .set({ ...values, consumed: clock() })
        .where('model', '=', MODEL)
        .where('id', '=', id)
        .where('generation', '=', generation - 1)
        .executeTakeFirst()
      if (numUpdatedRows === 1n) return true
      const row = await rowOf(family)
      return row !== undefined && isJustReplaced(generation - 1, row)
    },
    remove: async (token) => {
      const known = read(token)
      if (known === undefined) return
      await db
        .deleteFrom('oauth_object')
        .where('model', '=', MODEL)
        .where('id', '=', sha256(known.family))
        .execute()
    },
    grantOf: async (token) => {
      const known = read(token)
      return (known && (await rowOf(known.family))?.grant) ?? undefined
    },
  }
}

function readToken(
  token: string,
  write: (family: string, generation: number) => string,
): { family: string; generation: number } | undefined {
  const [, family, digits] =
    /^([A-Za-z0-9_-]{16,128})\.(0|[1-9]\d{0,8})\.[A-Za-z0-9_-]{43}$/.exec(token) ?? []
  if (family === undefined || digits === undefined) return undefined
  const generation = Number(digits)
  const expected = Buffer.from(write(family, generation))
  const given = Buffer.from(token)
  return expected.length === given.length && timingSafeEqual(expected, given)
    ? { family, generation }
    : undefined
}
