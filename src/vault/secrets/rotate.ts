import type { Kysely } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import { type Actor, witnessBy } from '../../kernel/event.ts'
import type { SecretDesk, SecretName } from '../../kernel/vault.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import type { Schema } from '../../store/schema.ts'
import { checkExpires, checkOverlap, checkSecretValue } from './check-secret.ts'
import { about } from './events.ts'
import { type SecretsOptions, unknownSecret } from './parts.ts'
import { openPayload, sealPayload } from './payload.ts'
import { deleteRows, findRows, insertRow, noteSecret, type SecretRow } from './rows.ts'

type Change = Parameters<SecretDesk['rotate']>[1]

/**
 * A new version; the one before it stays for the overlap, any older one is destroyed.
 *
 * @throws GatewayError `params_invalid`, `item_unknown`, `version_conflict`, `credential_unavailable`;
 *   as the witness.
 */
export async function rotateSecret(
  { store, sealer, witness, clock, onChange }: SecretsOptions,
  of: SecretName,
  change: Change,
  by: Actor,
): Promise<void> {
  const now = clock()
  checkSecretValue(change.value)
  checkOverlap(change.overlap)
  checkExpires(change.expires, now)
  const { current } = await findRows(store.db, of)
  if (current === undefined) throw unknownSecret()
  if (change.version !== undefined && change.version !== current.version) throw conflict()
  const { name, purpose, created, rotate_after } = current
  const place = { name, owner: of.owner, version: current.version + 1 }
  const expires = change.expires ?? null
  // Of what was sealed, not of what the row says: only that is known to be the owner's word.
  const { servers } = await openPayload(sealer, current)
  const row = {
    ...place,
    ...(await sealPayload(sealer, place, { value: change.value, servers, expires })),
    ...{ state: 'current', purpose, servers: JSON.stringify(servers) },
    ...{ created, changed: now, used: null, expires, rotate_after },
    ...{ exposures: '[]', by: by.subject },
  }
  const { overlap } = change
  const detail = { servers: [...servers], version: place.version, overlap }
  const event = { event: 'secret.rotated', ...about({ name, owner: of.owner }, detail) } as const
  await witnessed(witnessBy(witness, by), event, () =>
    store.db.transaction().execute(async (db) => {
      await deleteRows(db, of, 'previous')
      if (!(await retire(db, current, now + overlap, now))) throw conflict()
      if (!(await insertRow(db, row))) throw conflict()
      await noteSecret(db, of, 'changed', now)
    }),
  )
  onChange?.({ name, owner: of.owner })
}

/** @returns whether it was the current one until now. */
async function retire(
  db: Kysely<Schema>,
  { name, owner, version, expires }: SecretRow,
  until: number,
  now: number,
): Promise<boolean> {
  const end = Math.min(until, expires ?? until)
  const { numUpdatedRows } = await db
    .updateTable('vault_secret')
    .set({ state: 'previous', expires: end })
    .where('name', '=', name)
    .where('owner', '=', owner)
    .where('version', '=', version)
    .where('state', '=', 'current')
    .executeTakeFirst()
  if (end <= now) await deleteRows(db, { name, owner } as SecretName, 'previous')
  return numUpdatedRows > 0n
}

function conflict(): GatewayError {
  return new GatewayError('version_conflict', 'somebody else changed this secret; look again')
}
