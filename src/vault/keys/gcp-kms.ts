import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import { callJson, textAt } from '../logins/call-json.ts'
import { type GoogleLogin, googleTokens } from '../logins/google.ts'
import { keyGone } from '../logins/refused.ts'
import { bound, unbound } from './bind.ts'
import { currentKey } from './current-key.ts'
import { placeDigest } from './place-digest.ts'
import { prove } from './prove.ts'

export interface GcpKmsSettings {
  readonly kind: 'gcp-kms'
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`. */
  readonly key: string
  /** Instead of `https://cloudkms.googleapis.com`. */
  readonly endpoint?: string
  readonly login: GoogleLogin
}

const WHO = 'Google Cloud KMS'

/** A symmetric key of Google Cloud KMS. Ids are names of its versions. */
export function openGcpKms(
  { key, endpoint, login }: GcpKmsSettings,
  { fetch, clock }: { readonly fetch: SafeFetch; readonly clock: Clock },
): KeyProvider {
  const tokens = googleTokens(login, fetch, clock)
  const base = (endpoint ?? 'https://cloudkms.googleapis.com').replace(/\/$/, '')
  const ask = async (operation: 'encrypt' | 'decrypt', context: string, body: object) =>
    callJson(fetch, WHO, `${base}/v1/${key}:${operation}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await tokens.token()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...body, additionalAuthenticatedData: aad(context) }),
    })
  const encrypt = async (plain: Uint8Array, context: string) => {
    const plaintext = Buffer.from(plain).toString('base64')
    const answer = await ask('encrypt', context, { plaintext })
    const id = textAt(WHO, answer, 'name')
    current.seen(id)
    return { id, sealed: textAt(WHO, answer, 'ciphertext') }
  }
  // Asked by using it: to read the key would take another right.
  const current = currentKey(clock, async () => (await encrypt(Buffer.of(0), 'which key')).id)
  const provider: KeyProvider = {
    kind: 'gcp-kms',
    currentKeyId: () => current.id(),
    async wrap(dataKey, context) {
      const plain = bound(dataKey, context)
      const { id, sealed } = await encrypt(plain, context)
      plain.fill(0)
      return { keyId: id, wrapped: Buffer.from(sealed, 'base64').toString('base64url') }
    },
    async unwrap({ keyId, wrapped }, context) {
      const version = keyId.slice(`${key}/cryptoKeyVersions/`.length)
      if (keyId !== `${key}/cryptoKeyVersions/${version}` || !/^\d{1,9}$/.test(version))
        throw keyGone(keyId)
      const ciphertext = Buffer.from(wrapped, 'base64url').toString('base64')
      const answer = await ask('decrypt', context, { ciphertext })
      return unbound(Buffer.from(textAt(WHO, answer, 'plaintext'), 'base64'), context)
    },
    check: () => prove(provider),
  }
  return provider
}

function aad(context: string): string {
  return Buffer.from(placeDigest(context)).toString('base64')
}
