import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { CommandError } from '../command-error.ts'
import { createFile, makePrivateFolder, readPrivateFile } from '../private-file.ts'

/** The operator's key pair as JWKs (RFC 7517). */
export interface OperatorKey {
  readonly private: JWK
  readonly public: JWK
}

/** The path of the operator's key in a data directory. */
export function operatorKeyFile(dataDir: string): string {
  return join(dataDir, 'operator.key')
}

/**
 * The key with which programs of whoever runs this machine prove that to the gateway: an ES256 key
 * in a file of mode 0600. It signs; it is never sent.
 *
 * @throws {CommandError} `configuration` when there is none, others can read it, or it is damaged.
 */
export function readOperatorKey(dataDir: string): OperatorKey {
  const path = operatorKeyFile(dataDir)
  const text = readPrivateFile(path)
  if (text === undefined)
    throw new CommandError(`there is no operator key in \`${dataDir}\``, {
      exit: 'configuration',
      fix: 'start the gateway once with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  try {
    const key: JWK = JSON.parse(text)
    const open = createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' }) as JWK
    if (key.d !== undefined && open.crv === 'P-256') return { private: key, public: open }
  } catch {
    // Falls through: the reason would quote the key.
  }
  throw damaged(path, 'it makes a new one')
}

/** As `readOperatorKey`; makes the key when there is none. */
export function ensureOperatorKey(dataDir: string): OperatorKey {
  makePrivateFolder(dataDir)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  createFile(operatorKeyFile(dataDir), `${JSON.stringify(privateKey.export({ format: 'jwk' }))}\n`)
  return readOperatorKey(dataDir)
}

/** The 32 bytes of the installation, and whether they were made just now. */
export interface SealKey {
  readonly key: Uint8Array
  readonly isNew: boolean
}

/**
 * The 32 bytes that seal what the database keeps, from a file of mode 0600; made when there is none.
 * Without this file what is sealed is lost: people log in again, clients come back, keys are made anew.
 *
 * @throws {CommandError} `configuration` when others can read it, or it is damaged.
 */
export function ensureSealKey(path: string): SealKey {
  const isNew = createFile(path, `${randomBytes(32).toString('base64url')}\n`)
  const key = Buffer.from((readPrivateFile(path) ?? '').trim(), 'base64url')
  if (key.length === 32) return { key, isNew }
  throw damaged(path, 'what is sealed with the old one cannot be read any more')
}

function damaged(path: string, then: string): CommandError {
  return new CommandError(`the key in \`${path}\` is damaged`, {
    exit: 'configuration',
    fix: `put it back from a copy; or remove the file and start the gateway again: ${then}`,
  })
}
