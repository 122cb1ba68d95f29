import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { CommandError } from './command-error.ts'
import { createFile, makePrivateFolder, readPrivateFile } from './private-file.ts'

/** A prefix that tools which search for leaked secrets can know. */
const SHAPE = /^bwo_[A-Za-z0-9_-]{43}$/

/** The path of the owner token in a data directory. */
export function ownerTokenFile(dataDir: string): string {
  return join(dataDir, 'owner.token')
}

/**
 * The token that guards every endpoint: 256 random bits in a file of mode 0600. Never printed,
 * never logged.
 *
 * @throws {CommandError} `configuration` when there is none, others can read it, or it is damaged.
 */
export function readOwnerToken(dataDir: string): string {
  const path = ownerTokenFile(dataDir)
  const text = readPrivateFile(path)
  if (text === undefined)
    throw new CommandError(`there is no owner token in \`${dataDir}\``, {
      exit: 'configuration',
      fix: 'start the gateway once with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  const token = text.trim()
  if (SHAPE.test(token)) return token
  throw new CommandError(`the owner token in \`${path}\` is damaged`, {
    exit: 'configuration',
    fix: 'remove the file and start the gateway again: it makes a new one',
  })
}

/** As `readOwnerToken`; makes the token when there is none. */
export function ensureOwnerToken(dataDir: string): string {
  makePrivateFolder(dataDir)
  createFile(ownerTokenFile(dataDir), `bwo_${randomBytes(32).toString('base64url')}\n`)
  return readOwnerToken(dataDir)
}
