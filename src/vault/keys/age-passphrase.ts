import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Identity, Recipient } from 'age-encryption'

/** As OWASP asks for at least: 128 MiB, and a good part of a second, beside the main thread. */
const WORK = 17
/** More than 512 MiB is asked for by nobody who means well. */
const MOST_WORK = 19
const SALT = 16
const TAG = 16
const FILE_KEY = 16
const ZERO = Buffer.alloc(12)

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt)

/** A recipient of age that seals for a passphrase (age-encryption.org/v1, "the scrypt recipient type"). */
export function passphraseRecipient(passphrase: string): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const { Stanza } = await import('age-encryption')
      const salt = randomBytes(SALT)
      const key = await keyOf(passphrase, salt, WORK)
      const cipher = createCipheriv('chacha20-poly1305', key, ZERO, { authTagLength: TAG })
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
      return [new Stanza(['scrypt', unpadded(salt), String(WORK)], Uint8Array.from(body))]
    },
  }
}

/** The identity that opens what was sealed so. Another passphrase opens nothing. */
export function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza, ...others] = stanzas
      const [kind, salt = '', work = ''] = stanza?.args ?? []
      if (stanza === undefined || kind !== 'scrypt' || others.length > 0) return null
      if (stanza.args.length !== 3 || stanza.body.length !== FILE_KEY + TAG) return null
      if (!/^[1-9]\d?$/.test(work) || Number(work) > MOST_WORK) return null
      const key = await keyOf(passphrase, Buffer.from(salt, 'base64'), Number(work))
      const cipher = createDecipheriv('chacha20-poly1305', key, ZERO, { authTagLength: TAG })
      cipher.setAuthTag(stanza.body.subarray(FILE_KEY))
      try {
        const body = stanza.body.subarray(0, FILE_KEY)
        return Uint8Array.from(Buffer.concat([cipher.update(body), cipher.final()]))
      } catch {
        return null
      }
    },
  }
}

function keyOf(passphrase: string, salt: Buffer, work: number): Promise<Buffer> {
  const labelled = Buffer.concat([Buffer.from('age-encryption.org/v1/scrypt'), salt])
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** (work + 10) + 2 ** 20 }
  return derive(passphrase, labelled, 32, cost)
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
