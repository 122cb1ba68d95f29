import { type Actor, witnessBy } from '../../kernel/event.ts'
import type { SecretName } from '../../kernel/vault.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import { about } from './events.ts'
import { type SecretsOptions, unknownSecret } from './parts.ts'
import { deleteRows, findRows, noteSecret } from './rows.ts'

/**
 * Destroys the data keys of all versions: they stand in these rows, and nowhere else.
 *
 * @throws GatewayError `item_unknown`; as the witness.
 */
export async function removeSecret(
  { store, sealer, witness, clock, onChange }: SecretsOptions,
  of: SecretName,
  by: Actor,
): Promise<void> {
  const { current } = await findRows(store.db, of)
  if (current === undefined) throw unknownSecret()
  const event = { event: 'secret.removed', ...about(of, { version: current.version }) } as const
  await witnessed(witnessBy(witness, by), event, () =>
    store.db.transaction().execute(async (db) => {
      if ((await deleteRows(db, of)) === 0) throw unknownSecret()
      await noteSecret(db, of, 'revoked', clock())
    }),
  )
  sealer.clear()
  onChange?.({ name: of.name, owner: of.owner })
}
