import type { PasskeySignatures } from '../kernel/approval-desk.ts'
import type { SubjectId } from '../kernel/subject.ts'
import type { Parts } from './parts.ts'
import { findPasskey, notePasskeyUse, passkeysOf } from './passkey-store.ts'
import { credentialIdOf, signatureOptions, verifySignature } from './passkeys.ts'
import type { RelyingParty } from './relying-party.ts'
import { findUser } from './users.ts'

/** Signatures by the passkeys that active people of the built-in store have registered. */
export function passkeySignatures(
  { store: { db }, clock }: Parts,
  party: RelyingParty | undefined,
): PasskeySignatures {
  const isActive = async (user: string) =>
    (await findUser(db, user as SubjectId))?.status === 'active'
  return {
    async options(user, challenge) {
      const passkeys = await passkeysOf(db, user)
      if (party === undefined || passkeys.length === 0 || !(await isActive(user))) return undefined
      return await signatureOptions(party, passkeys, challenge)
    },
    async verify(user, assertion, challenge) {
      const id = credentialIdOf(assertion)
      const found = id === undefined ? undefined : await findPasskey(db, id)
      if (party === undefined || found?.user !== user || !(await isActive(user))) return undefined
      const signed = await verifySignature(party, assertion, challenge, found)
      // False when it was removed meanwhile.
      if (signed === undefined || !(await notePasskeyUse(db, found.passkey.id, clock())))
        return undefined
      return signed
    },
  }
}
