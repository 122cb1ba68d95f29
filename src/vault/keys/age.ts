import type { Clock } from '../../kernel/ports.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import type { SecretText } from '../logins/call-json.ts'
import { keyGone, refused } from '../logins/refused.ts'
import { type AgeKey, identitiesText, newAgeKey, parseIdentities, retiredOf } from './age-file.ts'
import { passphraseIdentity, passphraseRecipient } from './age-passphrase.ts'
import { bound, unbound } from './bind.ts'
import { changeKeyFile, createKeyFile, markAt, readKeyFile } from './key-file.ts'
import { prove } from './prove.ts'

export interface AgeSettings {
  readonly kind: 'age'
  /** Absolute path. */
  readonly file: string
  /** Encrypts the file itself. */
  readonly passphrase?: SecretText
}

export interface AgeParts {
  readonly clock: Clock
  /** Whether a new key may be made where there is none: not while anything is sealed. */
  readonly mayCreate: () => Promise<boolean>
  /** Hears that a new file was made, of which there should be a copy. */
  readonly created?: (path: string) => void
}

/**
 * Age identities in a file of this machine: the first wraps, all unwrap. The file is read again when it
 * changed, so that a rotation by another process counts.
 *
 * @throws GatewayError `credential_unavailable` when the file is missing while credentials are sealed,
 *   is a link, readable by others, or damaged. It is never overwritten then.
 */
export async function openAge(settings: AgeSettings, parts: AgeParts): Promise<KeyProvider> {
  const { file } = settings
  let read = await readOrCreate(settings, parts)
  const keys = async (): Promise<readonly AgeKey[]> => {
    if ((await markAt(file)) === read.mark) return read.keys
    const again = await readIdentities(settings)
    if (again === undefined) throw missing(file)
    read = again
    return again.keys
  }
  const current = async (): Promise<AgeKey> => {
    const [first] = await keys()
    if (first === undefined) throw missing(file)
    return first
  }
  const provider: KeyProvider = {
    kind: 'age',
    currentKeyId: async () => (await current()).id,
    wrap: async (dataKey, context) => wrapTo(await current(), dataKey, context),
    async unwrap({ keyId, wrapped }, context) {
      const key = (await keys()).find(({ id }) => id === keyId)
      if (key === undefined) throw keyGone(keyId)
      return unwrapWith(key, wrapped, context)
    },
    async rotate() {
      const fresh = await newAgeKey(file)
      await changeKeyFile(file, async () => {
        const old = await keys()
        const retired = old.map((key) => ({ ...key, retired: key.retired ?? parts.clock() }))
        return fileBytes([fresh, ...retired], settings)
      })
      return fresh.id
    },
    async forget(keyId) {
      if (keyId === (await current()).id) throw refused('the current key is not forgotten')
      await changeKeyFile(file, async () =>
        fileBytes(
          (await keys()).filter(({ id }) => id !== keyId),
          settings,
        ),
      )
    },
    retired: async () => retiredOf(await keys()),
    check: () => prove(provider),
  }
  return provider
}

interface Read {
  readonly keys: readonly AgeKey[]
  readonly mark: string
}

async function readOrCreate(settings: AgeSettings, parts: AgeParts): Promise<Read> {
  const { file } = settings
  const found = await readIdentities(settings)
  if (found !== undefined) return found
  if (!(await parts.mayCreate())) throw missing(file)
  const keys = [await newAgeKey(file)]
  if (await createKeyFile(file, await fileBytes(keys, settings))) {
    parts.created?.(file)
    const mark = await markAt(file)
    if (mark !== undefined) return { keys, mark }
  }
  // Whoever was first: what is there now is the key.
  const read = await readIdentities(settings)
  if (read === undefined) throw missing(file)
  return read
}

async function readIdentities(settings: AgeSettings): Promise<Read | undefined> {
  const { file, passphrase } = settings
  const found = await readKeyFile(file)
  if (found === undefined) return undefined
  const text = await plainText(found.bytes, file, passphrase)
  return { keys: await parseIdentities(text, file), mark: found.mark }
}

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'

async function plainText(bytes: Buffer, file: string, passphrase: SecretText | undefined) {
  const armored = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith(ARMOR)
  const sealed = armored || bytes.subarray(0, 21).toString('latin1') === 'age-encryption.org/v1'
  if (!sealed && passphrase === undefined) return bytes.toString('utf8')
  if (!sealed)
    throw refused(`the key file \`${file}\` is not encrypted, but there is a passphrase for it`)
  if (passphrase === undefined)
    throw refused(`the key file \`${file}\` is encrypted; set \`vault.keys.passphrase\``)
  const { armor, Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  decrypter.addIdentity(passphraseIdentity(await passphrase()))
  try {
    const body = armored ? armor.decode(bytes.toString('latin1')) : bytes
    return await decrypter.decrypt(body, 'text')
  } catch (cause) {
    throw refused(`the passphrase does not open the key file \`${file}\``, cause)
  }
}

async function fileBytes(
  keys: readonly AgeKey[],
  { passphrase }: AgeSettings,
): Promise<Uint8Array> {
  const text = identitiesText(keys)
  if (passphrase === undefined) return Buffer.from(text)
  const { armor, Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  encrypter.addRecipient(passphraseRecipient(await passphrase()))
  return Buffer.from(armor.encode(await encrypter.encrypt(text)))
}

async function wrapTo(key: AgeKey, dataKey: Uint8Array, context: string) {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  encrypter.addRecipient(key.recipient)
  const plain = bound(dataKey, context, key.binding)
  const wrapped = Buffer.from(await encrypter.encrypt(plain))
  plain.fill(0)
  return { keyId: key.id, wrapped: wrapped.toString('base64url') }
}

async function unwrapWith(key: AgeKey, wrapped: string, context: string): Promise<Uint8Array> {
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  decrypter.addIdentity(key.identity)
  let plain: Uint8Array
  try {
    plain = await decrypter.decrypt(Buffer.from(wrapped, 'base64url'))
  } catch (cause) {
    throw refused('the data key does not open: it was changed, or is of another key', cause)
  }
  return unbound(plain, context, key.binding)
}

function missing(file: string): Error {
  return refused(
    `the key file \`${file}\` is missing, and there are credentials that only it opens; put it back from its copy, or remove those credentials`,
  )
}
