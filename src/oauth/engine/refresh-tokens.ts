import type { Selectable } from 'kysely'
import { sha256 } from '../../kernel/hash.ts'
import type { Seal } from '../../kernel/seal.ts'
import type { OauthObjectTable } from '../../store/identity-schema.ts'
import type { Payload } from './objects.ts'
import type { Settings } from './options.ts'
import { type ReadRefreshToken, refreshTokenForm } from './refresh-token-form.ts'

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
}

const MODEL = 'RefreshToken'

type Family = Pick<
  Selectable<OauthObjectTable>,
  'id' | 'payload' | 'generation' | 'consumed' | 'expires'
>

export function createRefreshTokens(settings: Settings, seal: Seal): RefreshTokens {
  const form = refreshTokenForm(seal.derive('refresh tokens'))
  const load = async (token: string) => {
    const known = form.read(token)
    const row = known === undefined ? undefined : await familyOf(settings, known)
    return known === undefined || row === undefined ? undefined : { known, row }
  }
  return {
    begin: () => form.write({ family: settings.randomId(), generation: 0 }),
    successor: (token) => {
      const { family, generation } = ours(form.read(token))
      return form.write({ family, generation: generation + 1 })
    },
    find: async (token) => {
      const found = await load(token)
      if (found === undefined || found.row.expires <= settings.clock()) return undefined
      const { known, row } = found
      const newest = row.generation ?? 0
      if (newest < known.generation) return undefined
      const payload: Payload = JSON.parse(seal.open(row.payload, [MODEL, row.id]))
      const old = newest > known.generation && !isJustReplaced(settings, known, row)
      return { ...payload, jti: token, ...(old ? { consumed: true } : {}) }
    },
    put: async (token, payload, ttl) => {
      const known = ours(form.read(token))
      if (await write(settings, seal, known, payload, ttl)) return true
      const row = await familyOf(settings, known)
      const before = { ...known, generation: known.generation - 1 }
      return row !== undefined && isJustReplaced(settings, before, row)
    },
    remove: async (token) => {
      const known = form.read(token)
      if (known === undefined) return
      await settings.store.db
        .deleteFrom('oauth_object')
        .where('model', '=', MODEL)
        .where('id', '=', sha256(known.family))
        .execute()
    },
  }
}

function ours(known: ReadRefreshToken | undefined): ReadRefreshToken {
  if (known === undefined) throw new TypeError('not a refresh token')
  return known
}

function familyOf(
  { store: { db } }: Settings,
  { family }: ReadRefreshToken,
): Promise<Family | undefined> {
  return db
    .selectFrom('oauth_object')
    .select(['id', 'payload', 'generation', 'consumed', 'expires'])
    .where('model', '=', MODEL)
    .where('id', '=', sha256(family))
    .executeTakeFirst()
}

/** Whether the newest token follows this one and is so new that both may be on their way. */
function isJustReplaced(
  { clock, refreshGrace }: Settings,
  { generation }: ReadRefreshToken,
  row: Family,
): boolean {
  const age = row.consumed === null ? Number.POSITIVE_INFINITY : clock() - row.consumed
  return row.generation === generation + 1 && age < refreshGrace
}

/** One statement decides who replaces a token. */
async function write(
  { store: { db }, clock }: Settings,
  seal: Seal,
  { family, generation }: ReadRefreshToken,
  { jti: _, ...payload }: Payload,
  ttl: number,
): Promise<boolean> {
  const id = sha256(family)
  const values = {
    payload: seal.seal(JSON.stringify(payload), [MODEL, id]),
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
  return numUpdatedRows === 1n
}
