import type { Transaction } from 'kysely'
import type { FederatedLogin, LoginResult } from '../kernel/accounts.ts'
import { witnessed } from '../kernel/witnessed.ts'
import { noteChanges } from '../store/note-change.ts'
import type { Schema } from '../store/schema.ts'
import { setGroups } from './groups.ts'
import { checkGroups, cleanName, federatedId } from './names.ts'
import type { Parts } from './parts.ts'
import { findUser, holdActiveUser } from './users.ts'

/**
 * The user of a provider's subject, made (only if the provider may make users) or brought up to date.
 * Groups that the provider gave before and gives no more are gone.
 *
 * @throws GatewayError `params_invalid` for groups that cannot be ours.
 */
export async function federate(parts: Parts, login: FederatedLogin): Promise<LoginResult> {
  const { store, witness } = parts
  const id = federatedId(login.provider, login.subject)
  const user = id === undefined ? undefined : await findUser(store.db, id)
  const refused = async (reason: 'disabled' | 'not-allowed'): Promise<LoginResult> => {
    await witness({
      event: 'login.failed',
      outcome: 'refused',
      ...(user && { subject: `user:${user.id}` }),
      detail: { method: 'fed', provider: cleanName(login.provider), reason },
    })
    return { refused: reason }
  }
  if (id === undefined || (user === undefined && !login.create)) return await refused('not-allowed')
  if (user?.status === 'disabled') return await refused('disabled')

  const groups = checkGroups(login.groups)
  const subject = `user:${id}`
  const name = cleanName(login.name) || id
  const update = () => keepFederated(parts, id, { ...login, name, groups })
  const kept =
    user === undefined
      ? await witnessed(
          witness,
          { event: 'user.created', subject, detail: { provider: login.provider, groups } },
          update,
        )
      : await update()
  const now = await findUser(store.db, id)
  // Disabled between the look and the update.
  if (!kept || now === undefined) return await refused('disabled')
  await witness({
    event: 'login.succeeded',
    outcome: 'done',
    subject,
    detail: { methods: ['fed'], provider: login.provider, groups },
  })
  return { user: now, methods: ['fed'] }
}

/** False when the user is disabled by now. */
async function keepFederated(
  { store, clock }: Parts,
  id: string,
  login: FederatedLogin,
): Promise<boolean> {
  return await store.db.transaction().execute(async (trx) => {
    const now = clock()
    if (login.create) await addIfNew(trx, id, login, now)
    if (!(await holdActiveUser(trx, id))) return false
    await trx.updateTable('user_account').set({ name: login.name }).where('id', '=', id).execute()
    if (await setGroups(trx, 'user', id, `idp:${login.provider}`, login.groups))
      await noteChanges(trx, [{ kind: 'user', id, what: 'changed' }], now)
    return true
  })
}

async function addIfNew(
  trx: Transaction<Schema>,
  id: string,
  { name, provider }: FederatedLogin,
  created: number,
): Promise<void> {
  await trx
    .insertInto('user_account')
    .values({ id, name, status: 'active', provider, created, seen: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
