import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { MOST_BYTES, type SecretSource, unavailable } from './source.ts'

/**
 * Reads a file that holds one secret. It must be a plain file that no other user of the machine can
 * read or change, and no link to somewhere else: who can change the link would choose what is read.
 * A link within its own folder is followed, as secrets of a cluster are mounted that way. The group
 * may read a file of root's, which is how a container gets one. The last line break is not part of
 * the secret.
 *
 * @throws GatewayError `credential_unavailable`, with the cause and the fix.
 */
export function readSecretFile(path: string): string {
  const descriptor = open(placeOf(path))
  try {
    checkRights(path, descriptor)
    const buffer = Buffer.alloc(MOST_BYTES + 3)
    const length = readSync(descriptor, buffer, 0, buffer.length, 0)
    return buffer.toString('utf8', 0, length).replace(/\r?\n$/, '')
  } finally {
    closeSync(descriptor)
  }
}

/** Secrets in files. Relative paths count from `folder`. */
export function fileSource(folder: string): SecretSource {
  return { read: async ({ name }) => readSecretFile(resolve(folder, name)) }
}

function placeOf(path: string): string {
  let real: string
  let folder: string
  try {
    real = realpathSync(path)
    folder = realpathSync(dirname(path))
  } catch (cause) {
    throw unavailable(
      'refers to nothing: put the secret into that file, and let the gateway read it',
      cause,
    )
  }
  const within = relative(folder, real)
  if (within === '..' || within.startsWith(`..${sep}`))
    throw unavailable('is a link to another folder: name the file itself')
  return real
}

function open(path: string): number {
  try {
    // A pipe must not hold the gateway up.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
    return openSync(path, flags)
  } catch (cause) {
    throw unavailable('cannot be read: let the gateway, and nobody else, read that file', cause)
  }
}

function checkRights(path: string, descriptor: number): void {
  const stat = fstatSync(descriptor)
  if (!stat.isFile()) throw unavailable('refers to nothing: that is no plain file')
  // Windows keeps its rights elsewhere: there these say nothing.
  if (process.platform === 'win32') return
  const others = stat.uid === 0 && process.getuid?.() !== 0 ? 0o037 : 0o077
  if ((stat.mode & others) !== 0)
    throw unavailable(`can be read or changed by others: run \`chmod 600 ${path}\``)
}
