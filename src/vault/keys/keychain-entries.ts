import type { AsyncEntry } from '@napi-rs/keyring'
import { refused } from '../logins/refused.ts'

/** Texts in the keychain of the account, by name. */
export interface Entries {
  get(name: string): Promise<string | undefined>
  set(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
}

/** Milliseconds: somebody may have to unlock it. */
const TIMEOUT = 60_000

/**
 * @param filed what the entries are filed under.
 * @throws GatewayError `credential_unavailable` when the module of the keychain is not installed; and
 *   from each method, when the keychain does not answer.
 */
export async function keychainEntries(filed: string): Promise<Entries> {
  const { AsyncEntry: Entry } = await import('@napi-rs/keyring').catch((cause: unknown) => {
    throw refused(
      'the module `@napi-rs/keyring` is not installed here; install it, or choose another `vault.keys.kind`',
      cause,
    )
  })
  const at = async <T>(name: string, use: (entry: AsyncEntry) => Promise<T>): Promise<T> => {
    try {
      // Without this it would fall back to the kernel's keyring, which the next start of the machine empties.
      return await use(new Entry(filed, name, { linux: { store: 'secret-service' } }))
    } catch (cause) {
      throw refused(
        'the keychain of this account does not answer; unlock it, or choose another `vault.keys.kind`',
        cause,
      )
    }
  }
  const soon = () => AbortSignal.timeout(TIMEOUT)
  return {
    get: (name) => at(name, async (entry) => (await entry.getPassword(soon())) ?? undefined),
    set: (name, text) => at(name, (entry) => entry.setPassword(text, soon())),
    remove: (name) =>
      at(name, async (entry) => {
        await entry.deleteCredential(soon())
      }),
  }
}
