import type { Kysely } from 'kysely'
import { GatewayError } from '../../kernel/errors.ts'
import { type Actor, witnessBy } from '../../kernel/event.ts'
import type { Exposure, SecretName } from '../../kernel/vault.ts'
import type { Schema } from '../../store/schema.ts'
import { about } from './events.ts'
import { type SecretsOptions, unknownSecret } from './parts.ts'
import { findRows, type SecretRow } from './rows.ts'
import { exposuresOf } from './view.ts'

/** Sightings that are kept of one version: the first says that it is out, the newest where. */
const MOST = 16
const MOST_WHERE = 256
/** Milliseconds in which the same sighting is not noted again. */
const AGAIN = 60_000
const TRIES = 5

/**
 * Notes that the current version was seen outside. The same sighting is noted at most once a minute;
 * a new one is witnessed.
 *
 * @throws GatewayError `item_unknown`; as the witness, and then nothing is noted.
 */
export async function exposeSecret(
  { store, witness }: Pick<SecretsOptions, 'store' | 'witness'>,
  of: SecretName,
  { at, place, where: long }: Exposure,
  by?: Actor,
): Promise<void> {
  const exposure = { at, place, where: long.slice(0, MOST_WHERE) }
  const tell = once(async ({ version, servers }: SecretRow) => {
    const detail = { place, where: exposure.where, version, servers }
    const event = { event: 'secret.exposed', outcome: 'done', ...about(of, detail) } as const
    await (by === undefined ? witness : witnessBy(witness, by))(event)
  })
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { current } = await findRows(store.db, of)
    if (current === undefined) throw unknownSecret()
    const known = exposuresOf(current)
    const same = known.find((one) => one.place === place && one.where === exposure.where)
    if (same !== undefined && at < same.at + AGAIN) return
    if (same === undefined) await tell(current)
    const list = [...known.filter((one) => one !== same), exposure]
    if (await replace(store.db, current, JSON.stringify(list.slice(-MOST)))) return
  }
  throw new GatewayError('version_conflict', 'this secret changes too fast; report it again')
}

/** The first call counts; the others do nothing. */
function once(act: (row: SecretRow) => Promise<void>): (row: SecretRow) => Promise<void> {
  let done = false
  return async (row) => {
    if (!done) await act(row)
    done = true
  }
}

/** @returns whether nobody else noted something meanwhile. */
async function replace(
  db: Kysely<Schema>,
  { name, owner, version, exposures }: SecretRow,
  next: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('vault_secret')
    .set({ exposures: next })
    .where('name', '=', name)
    .where('owner', '=', owner)
    .where('version', '=', version)
    .where('exposures', '=', exposures)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
