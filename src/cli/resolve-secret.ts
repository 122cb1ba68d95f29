import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ConfigText, formatText } from '../config/secret.ts'
import { CommandError } from './command-error.ts'

const MOST_BYTES = 65_536

/**
 * Reads a text of the configuration, and the secret that it refers to. The value goes where it is
 * used and nowhere else: it is never logged, printed or kept. A file's last line break is not part
 * of the secret.
 *
 * @param folder what a relative `secret://file/` path counts from
 * @throws {CommandError} `configuration` when there is no such secret, or it is not one line of text
 */
export function resolveText(
  text: ConfigText,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (text.kind === 'literal') return text.value
  const value =
    text.provider === 'env' ? env[text.name] : readSecretFile(resolve(folder, text.name))
  if (value === undefined || value === '') {
    throw refused(
      text,
      'refers to nothing',
      text.provider === 'env'
        ? `set the environment variable \`${text.name}\` for the gateway`
        : 'put the secret into that file, and let the gateway read it',
    )
  }
  if (value.length > MOST_BYTES) throw refused(text, 'is too long', 'a secret has at most 64 KiB')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(value))
    throw refused(text, 'holds a line break or control character', 'a secret is one line of text')
  return text.prefix + value
}

function refused(text: ConfigText, problem: string, fix: string): CommandError {
  const options = { exit: 'configuration', fix } as const
  return new CommandError(`the secret \`${formatText(text)}\` ${problem}`, options)
}

function readSecretFile(path: string): string | undefined {
  const buffer = Buffer.alloc(MOST_BYTES + 2)
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const length = readSync(descriptor, buffer, 0, buffer.length, 0)
    return buffer.toString('utf8', 0, length).replace(/\r?\n$/, '')
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}
