import type { Directory } from '../../directory/directory.ts'
import type { MyCredentials } from '../../oauth/oauth.ts'

/** How people change what they log in with. */
export function credentialsOf({ administration, setPassword }: Directory): MyCredentials {
  const { users } = administration
  return {
    async passkeys(user) {
      const all = await users.credentials(user)
      return all.filter(({ kind }) => kind === 'passkey')
    },
    async removePasskey(user, id) {
      const all = await users.credentials(user)
      if (!all.some((one) => one.kind === 'passkey' && one.id === id)) return false
      await users.removeCredential(user, id)
      return true
    },
    setPassword,
  }
}
