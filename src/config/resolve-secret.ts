import { closeSync, openSync, readSync } from 'node:fs'
import { absolute, type Places } from './places.ts'
import { ConfigError } from './problem.ts'
import type { ConfigText } from './secret.ts'

const MOST_BYTES = 65_536

/**
 * The text itself, with its secret read from where the reference points. A file's last line break
 * is not part of the secret. `path` is the dotted place in the configuration, for messages.
 *
 * @throws {ConfigError} when the secret is not there, empty, or not plain text.
 */
export function resolveText(
  text: ConfigText,
  path: string,
  { folder, ...places }: Places & { readonly folder: string },
): string {
  if (text.kind === 'literal') return text.value
  const { provider, name } = text
  const secret =
    provider === 'env'
      ? places.env[name]
      : readSecretFile(absolute(name, folder, places.homedir), path)
  const source = provider === 'env' ? `environment variable \`${name}\`` : `file \`${name}\``
  if (secret === undefined || secret === '')
    throw refused(path, `the ${source} is not set or empty`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(secret))
    throw refused(path, `the secret in the ${source} holds a line break or control character`)
  return `${text.prefix}${secret}`
}

function readSecretFile(file: string, path: string): string {
  const buffer = Buffer.alloc(MOST_BYTES + 1)
  let length = 0
  try {
    const descriptor = openSync(file, 'r')
    try {
      length = readSync(descriptor, buffer, 0, buffer.length, 0)
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    throw refused(path, `the file \`${file}\` of a secret cannot be read`, cause)
  }
  if (length > MOST_BYTES) throw refused(path, `the file \`${file}\` is too large for a secret`)
  return buffer.toString('utf8', 0, length).replace(/\r?\n$/, '')
}

function refused(path: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError([{ path, message, position: undefined }], { file: undefined, cause })
}
