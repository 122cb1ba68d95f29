import type { SubjectId } from '../kernel/subject.ts'
import { invalid } from './names.ts'
import { type Parts, witnessed } from './parts.ts'
import { type Passwords, setPassword } from './passwords.ts'
import { findUser, holdActiveUser } from './users.ts'

/**
 * Sets the password of somebody who has just proved who they are.
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
  const hash = await passwords.hashNew(password, [id])
  await witnessed(
    witness,
    { event: 'credential.added', subject: `user:${id}`, target: 'password' },
    () =>
      store.db.transaction().execute(async (trx) => {
        if (!(await holdActiveUser(trx, id))) throw invalid('there is no such active user')
        await setPassword(trx, id, hash, clock())
      }),
  )
}
