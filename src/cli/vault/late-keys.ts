import type { KeyProvider } from '../../kernel/vault.ts'

/**
 * A key provider that is opened when it is first needed, and tried anew as long as it cannot be: a
 * gateway without its keys serves what needs no credential.
 */
export function lateKeys(kind: string, open: () => Promise<KeyProvider>): KeyProvider {
  let opening: Promise<KeyProvider> | undefined
  const opened = (): Promise<KeyProvider> => {
    if (opening !== undefined) return opening
    const attempt = open()
    opening = attempt
    attempt.catch(() => {
      opening = undefined
    })
    return attempt
  }
  return {
    kind,
    currentKeyId: async () => (await opened()).currentKeyId(),
    wrap: async (dataKey, context) => (await opened()).wrap(dataKey, context),
    unwrap: async (wrapped, context) => (await opened()).unwrap(wrapped, context),
    check: async () => (await opened()).check(),
  }
}
