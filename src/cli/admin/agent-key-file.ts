import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { createFile } from '../private-file.ts'

const MOST_BYTES = 65_536

/**
 * The public key in a file, as JSON Web Key (RFC 7517) or PEM. A private key is not even read on: it
 * belongs to the agent alone.
 *
 * @throws {CommandError} `usage`.
 */
export function publicKeyOf({ cwd }: Pick<Context, 'cwd'>, file: string): JsonObject {
  const text = read(resolve(cwd, file))
  if (text.includes('PRIVATE KEY')) throw isPrivate(file)
  const key = text.includes('BEGIN PUBLIC KEY') ? fromPem(text) : fromJson(text)
  if (key === undefined)
    throw new CommandError(`\`${file}\` holds no public key`, {
      exit: 'usage',
      fix: 'give a JSON Web Key, or a PEM file that begins with `BEGIN PUBLIC KEY`',
    })
  if (key['d'] !== undefined || key['k'] !== undefined) throw isPrivate(file)
  return key
}

/** A new key pair (ES256): the private part in a file of mode 0600. */
export function generatedKey(
  { cwd }: Pick<Context, 'cwd'>,
  name: string,
): { readonly public: JsonObject; readonly file: string; remove(): void } {
  const file = resolve(cwd, name)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (!createFile(file, String(privateKey.export({ type: 'pkcs8', format: 'pem' }))))
    throw new CommandError(`there is a file \`${name}\` already`, {
      exit: 'usage',
      fix: 'name another file: a key that is in use is not overwritten',
    })
  const jwk = publicKey.export({ format: 'jwk' }) as JsonObject
  return { public: { ...jwk, alg: 'ES256' }, file, remove: () => rmSync(file, { force: true }) }
}

function read(path: string): string {
  try {
    return readFileSync(path).subarray(0, MOST_BYTES).toString('utf8')
  } catch (cause) {
    throw new CommandError(`\`${path}\` cannot be read`, { exit: 'usage', cause })
  }
}

function fromPem(text: string): JsonObject | undefined {
  try {
    return createPublicKey(text).export({ format: 'jwk' }) as JsonObject
  } catch {
    return undefined
  }
}

function fromJson(text: string): JsonObject | undefined {
  try {
    const key: unknown = JSON.parse(text)
    return isObject(key) && typeof key['kty'] === 'string' ? key : undefined
  } catch {
    return undefined
  }
}

function isPrivate(file: string): CommandError {
  return new CommandError(`\`${file}\` holds a private key; it was sent to nobody`, {
    exit: 'usage',
    fix: 'give the public part: `openssl pkey -in FILE -pubout`',
  })
}
