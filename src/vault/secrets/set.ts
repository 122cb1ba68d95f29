import { GatewayError } from '../../kernel/errors.ts'
import { type Actor, witnessBy } from '../../kernel/event.ts'
import type { NewSecret } from '../../kernel/vault.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import { checkNew } from './check-secret.ts'
import { about } from './events.ts'
import type { SecretsOptions } from './parts.ts'
import { sealPayload } from './payload.ts'
import { countOf, deleteRows, findRows, insertRow, noteSecret } from './rows.ts'

/** How many one owner has at most. */
const MOST = 2_000

/** @throws GatewayError `params_invalid`, `item_exists`, `credential_unavailable`; as the witness. */
export async function setSecret(
  { store, sealer, witness, clock, onChange }: SecretsOptions,
  secret: NewSecret,
  by: Actor,
): Promise<void> {
  const now = clock()
  checkNew(secret, now)
  const { name, owner, value, purpose, expires = null, rotateAfter = null } = secret
  const servers = [...new Set(secret.servers)]
  if ((await findRows(store.db, secret)).current !== undefined) throw exists()
  if ((await countOf(store.db, owner)) >= MOST)
    throw new GatewayError('params_invalid', `an owner has at most ${MOST} secrets`)
  const place = { name, owner, version: 1 }
  const row = {
    ...place,
    ...(await sealPayload(sealer, place, { value, servers, expires })),
    ...{ state: 'current', purpose, servers: JSON.stringify(servers) },
    ...{ created: now, changed: now, used: null, expires, rotate_after: rotateAfter },
    ...{ exposures: '[]', by: by.subject },
  }
  const event = { event: 'secret.stored', ...about(secret, { servers, version: 1 }) } as const
  await witnessed(witnessBy(witness, by), event, () =>
    store.db.transaction().execute(async (db) => {
      await deleteRows(db, secret, 'previous')
      if (!(await insertRow(db, row))) throw exists()
      await noteSecret(db, secret, 'changed', now)
    }),
  )
  onChange?.({ name, owner })
}

function exists(): GatewayError {
  return new GatewayError('item_exists', 'there is such a secret; rotate it')
}
