import type { Accounts, User } from '../kernel/accounts.ts'
import { witnessed } from '../kernel/witnessed.ts'
import { endOpen } from '../store/end-open.ts'
import { noteChanges } from '../store/note-change.ts'
import { cleanName } from './names.ts'
import { consumeLink, dropLinks, type FoundLink, findLink } from './one-time-links.ts'
import type { Parts } from './parts.ts'
import { findPassword, type Passwords, setPassword } from './passwords.ts'
import { replaceRecoveryCodes } from './recovery-codes.ts'
import { findUser, holdActiveUser } from './users.ts'

type Redeemed = Awaited<ReturnType<Accounts['redeemLink']>>
type Choice = Parameters<Accounts['redeemLink']>[1]

/** Uses a link up and sets name, password and recovery codes; see `Accounts.redeemLink`. */
export async function redeemLink(
  parts: Parts & { readonly passwords: Passwords },
  secret: string,
  choice: Choice,
): Promise<Redeemed> {
  const { store, witness, clock, passwords } = parts
  const link = await findLink(store.db, secret, clock())
  if (link === undefined) return undefined
  const name = cleanName(choice.name) || link.user.name
  const hash = await passwords.hashNew(choice.password, [link.user.id, link.user.name, name])
  const event = {
    event: 'credential.added',
    subject: `user:${link.user.id}`,
    target: 'password',
    detail: { by: link.purpose },
  } as const
  try {
    return await witnessed(witness, event, () => redeem(parts, link, name, hash))
  } catch (error) {
    if (error instanceof Late) return undefined
    throw error
  }
}

/** Somebody else used the link first, or the user was disabled: nothing of it happens. */
class Late extends Error {}

async function redeem(
  { store, clock, randomId }: Parts,
  { user, digest, purpose }: FoundLink,
  name: string,
  hash: string,
): Promise<NonNullable<Redeemed>> {
  return await store.db.transaction().execute(async (trx) => {
    const now = clock()
    const good = (await holdActiveUser(trx, user.id)) && (await consumeLink(trx, digest, now))
    if (!good) throw new Late()
    const had = await findPassword(trx, user.id)
    // Whatever else was sent to this person is not needed any more.
    await dropLinks(trx, user.id)
    await trx.updateTable('user_account').set({ name }).where('id', '=', user.id).execute()
    await setPassword(trx, user.id, hash, now)
    const recoveryCodes = await replaceRecoveryCodes(trx, user.id, now, randomId)
    // Whoever knew an old password may be logged in with it. Who never had one has nothing open, and is
    // about to log in: nothing of that may count as issued before now.
    if (purpose === 'reset' || had !== undefined)
      await endOpen(trx, { kind: 'user', id: user.id }, 'credential-changed', now)
    else await noteChanges(trx, [{ kind: 'user', id: user.id, what: 'changed' }], now)
    return { user: (await findUser(trx, user.id)) as User, recoveryCodes }
  })
}
