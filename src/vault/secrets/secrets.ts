import type { CredentialOwner } from '../../kernel/credential.ts'
import type { SecretDesk, SecretName } from '../../kernel/vault.ts'
import { exposeSecret } from './expose.ts'
import { type SecretReader, type SecretsOptions, unknownSecret } from './parts.ts'
import { secretReader } from './read.ts'
import { removeSecret } from './remove.ts'
import { rotateSecret } from './rotate.ts'
import { forgetOver, listRows } from './rows.ts'
import { setSecret } from './set.ts'
import { viewsOf } from './view.ts'

/** The secrets of the vault. */
export interface Secrets extends SecretDesk, SecretReader {
  /** Destroys versions whose overlap is over. Belongs to be called now and then. */
  sweep(): Promise<void>
}

/** Opens them on the store. Values are sealed for their name, owner and version. */
export function openSecrets(options: SecretsOptions): Secrets {
  const { store, clock, rotateAfter } = options
  const views = async (owner?: CredentialOwner, name?: string) =>
    viewsOf(await listRows(store.db, owner, name), { now: clock(), rotateAfter })
  const view = async ({ name, owner }: SecretName) => {
    const [found] = await views(owner, name)
    if (found === undefined) throw unknownSecret()
    return found
  }
  return {
    ...secretReader(options),
    list: (owner) => views(owner),
    async set(secret, by) {
      await setSecret(options, secret, by)
      return view(secret)
    },
    async rotate(of, change, by) {
      await rotateSecret(options, of, change, by)
      return view(of)
    },
    remove: (of, by) => removeSecret(options, of, by),
    async exposed(of, exposure, by) {
      await exposeSecret(options, of, exposure, by)
      return view(of)
    },
    sweep: () => forgetOver(store.db, clock()),
  }
}
