import type { Kysely } from 'kysely'
import type { RevokedKind } from '../kernel/authentication.ts'
import type { Schema } from './schema.ts'

/** Longer than any access token lives, in milliseconds: what a change voids is over by then. */
export const REMEMBERED = 2 * 60 * 60_000

/** Something that other replicas must hear of. */
export interface Change {
  /** `credential`: `server owner` of a connection, or `secret:NAME owner`: what is in memory of it is old. */
  readonly kind: RevokedKind | 'key' | 'credential'
  readonly id: string
  readonly what: 'revoked' | 'changed'
}

/**
 * Writes changes for all replicas to hear of. Belongs into the transaction that makes them, so that
 * neither happens without the other.
 *
 * @param at milliseconds since the epoch.
 */
export async function noteChanges(
  db: Kysely<Schema>,
  changes: readonly Change[],
  at: number,
): Promise<void> {
  // Databases bound the number of parameters of a statement.
  for (let start = 0; start < changes.length; start += 1_000)
    await db
      .insertInto('change')
      .values(
        changes
          .slice(start, start + 1_000)
          .map(({ kind, id, what }) => ({ at, kind, id, what, until: at + REMEMBERED })),
      )
      .execute()
}
