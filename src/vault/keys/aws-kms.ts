import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import { type AwsCredentials, askAws } from '../logins/aws.ts'
import { textAt } from '../logins/call-json.ts'
import { keyGone } from '../logins/refused.ts'
import { bound, unbound } from './bind.ts'
import { currentKey } from './current-key.ts'
import { placeDigest } from './place-digest.ts'
import { prove } from './prove.ts'

export interface AwsKmsSettings {
  readonly kind: 'aws-kms'
  readonly region: string
  /** Id, ARN or alias of a symmetric key. */
  readonly key: string
  readonly endpoint?: string
  readonly credentials: AwsCredentials
}

const WHO = 'AWS (kms)'

/**
 * A symmetric key of AWS KMS. Ids are ARNs of keys: an alias that points elsewhere makes another key the
 * current one. The encryption context is a digest, because AWS logs it in clear.
 */
export function openAwsKms(
  { region, key, endpoint, credentials }: AwsKmsSettings,
  { fetch, clock }: { readonly fetch: SafeFetch; readonly clock: Clock },
): KeyProvider {
  const place = { api: 'kms', region, credentials, ...(endpoint !== undefined && { endpoint }) }
  const ask = askAws(place, fetch)
  const encrypt = async (plain: Uint8Array, context: string) => {
    const Plaintext = Buffer.from(plain).toString('base64')
    const body = { KeyId: key, Plaintext, EncryptionContext: contextOf(context) }
    const answer = await ask('TrentService.Encrypt', body)
    const id = textAt(WHO, answer, 'KeyId')
    current.seen(id)
    return { id, blob: textAt(WHO, answer, 'CiphertextBlob') }
  }
  // Asked by using it: to describe the key would take another right.
  const current = currentKey(clock, async () => (await encrypt(Buffer.of(0), 'which key')).id)
  const provider: KeyProvider = {
    kind: 'aws-kms',
    currentKeyId: () => current.id(),
    async wrap(dataKey, context) {
      const plain = bound(dataKey, context)
      const { id, blob } = await encrypt(plain, context)
      plain.fill(0)
      return { keyId: id, wrapped: Buffer.from(blob, 'base64').toString('base64url') }
    },
    async unwrap({ keyId, wrapped }, context) {
      // A row that names a key of somebody else's account would be opened with what they know.
      if (accountOf(keyId) !== accountOf(await current.id())) throw keyGone(keyId)
      const CiphertextBlob = Buffer.from(wrapped, 'base64url').toString('base64')
      const body = { KeyId: keyId, CiphertextBlob, EncryptionContext: contextOf(context) }
      const answer = await ask('TrentService.Decrypt', body)
      return unbound(Buffer.from(textAt(WHO, answer, 'Plaintext'), 'base64'), context)
    },
    check: () => prove(provider),
  }
  return provider
}

function contextOf(context: string): Readonly<Record<string, string>> {
  return { 'bailiwick:place': placeDigest(context) }
}

/** Of `arn:aws:kms:REGION:ACCOUNT:key/ID`, all but the id. */
function accountOf(arn: string): string {
  return arn.split(':').slice(0, 5).join(':')
}
