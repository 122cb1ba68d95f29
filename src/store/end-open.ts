import type { Transaction } from 'kysely'
import { noteChanges } from './note-change.ts'
import type { Schema } from './schema.ts'

/**
 * Ends everything that somebody has open: sessions in browsers, grants with their refresh tokens and
 * codes, and, as soon as replicas hear of it, access tokens. Belongs into the transaction that takes the
 * right to it away.
 *
 * @param reason stands in the grants that end.
 * @param at milliseconds since the epoch.
 */
export async function endOpen(
  trx: Transaction<Schema>,
  { kind, id }: { readonly kind: 'user' | 'agent'; readonly id: string },
  reason: string,
  at: number,
): Promise<void> {
  if (kind === 'user')
    await trx
      .deleteFrom('oauth_object')
      .where('model', '=', 'Session')
      .where('subject', '=', id)
      .execute()
  await trx
    .updateTable('oauth_grant')
    .set({ revoked: at, reason })
    .where('kind', '=', kind)
    .where('subject', '=', id)
    .where('revoked', 'is', null)
    .execute()
  await trx
    .deleteFrom('oauth_object')
    .where('grant', 'in', (eb) =>
      eb
        .selectFrom('oauth_grant')
        .select('id')
        .where('kind', '=', kind)
        .where('subject', '=', id)
        .where('revoked', 'is not', null),
    )
    .execute()
  await noteChanges(trx, [{ kind, id, what: 'revoked' }], at)
}
