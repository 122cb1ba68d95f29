import { type SecretSource, unavailable } from './source.ts'

/** The keychain of the system: `SERVICE/ACCOUNT`. Its library is loaded when it is first asked. */
export function keychainSource(): SecretSource {
  return {
    async read({ name }, signal) {
      const [service = '', account = ''] = name.split('/')
      const { AsyncEntry } = await load()
      const value = await ask(() => new AsyncEntry(service, account).getPassword(signal))
      if (typeof value === 'string' && value !== '') return value
      throw unavailable('refers to nothing: the keychain of the system has no such entry')
    },
  }
}

async function load(): Promise<typeof import('@napi-rs/keyring')> {
  try {
    return await import('@napi-rs/keyring')
  } catch (cause) {
    throw unavailable(
      'cannot be read: the optional package `@napi-rs/keyring` is not installed, or not for this system',
      cause,
    )
  }
}

async function ask<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw unavailable(
      'cannot be read: the keychain of the system is locked, or there is none for this user',
      cause,
    )
  }
}
