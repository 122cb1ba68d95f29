import { named, type PostureCheck } from './item.ts'

/** Owners who log in with what can be phished. */
export const ownersWithoutPasskey: PostureCheck = ({ owners, passkeys }) => {
  if (!passkeys) return undefined
  const without = owners.filter(({ passkey, local }) => local && !passkey).map(({ id }) => id)
  if (without.length === 0) return undefined
  return {
    id: 'owners-without-passkey',
    severity: 'warning',
    title: 'owners without a passkey',
    detail: `${named(without)}: a password is all that is between the world and the gateway`,
    count: without.length,
    fix: { label: 'add a passkey', page: '/identity/users?group=owners' },
  }
}
