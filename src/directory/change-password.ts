import type { SubjectId } from '../kernel/subject.ts'
import { witnessed } from '../kernel/witnessed.ts'
import { endOpen } from '../store/end-open.ts'
import { invalid } from './names.ts'
import { dropLinks } from './one-time-links.ts'
import type { Parts } from './parts.ts'
import { type Passwords, setPassword } from './passwords.ts'
import { findUser, holdActiveUser } from './users.ts'

/**
 * Sets the password of somebody who has just proved who they are. Whoever knew the old one may be logged
 * in with it: everything that the user has open ends, and links that were sent to them open nothing.
 *
 * @throws GatewayError `params_invalid` for a weak password, and for people of a provider.
 */
export async function changePassword(
  { store, witness, clock, passwords }: Parts & { readonly passwords: Passwords },
  id: SubjectId,
  password: string,
): Promise<void> {
  const user = await findUser(store.db, id)
  if (user?.provider !== undefined) throw invalid('people of a provider log in there')
  const hash = await passwords.hashNew(password, [id, user?.name ?? ''])
  await witnessed(
    witness,
    { event: 'credential.added', subject: `user:${id}`, target: 'password' },
    () =>
      store.db.transaction().execute(async (trx) => {
        if (!(await holdActiveUser(trx, id))) throw invalid('there is no such active user')
        const now = clock()
        await dropLinks(trx, id)
        await setPassword(trx, id, hash, now)
        await endOpen(trx, { kind: 'user', id }, 'credential-changed', now)
      }),
  )
}
