import { resolve } from 'node:path'
import { formatText } from '../config/secret.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { ConfigText, SecretReference } from '../kernel/secret-reference.ts'
import { readSecretFile } from '../vault/sources/file.ts'
import { checkValue } from '../vault/sources/source.ts'
import { CommandError } from './command-error.ts'

/** Whether a secret is kept by this machine, so that it can be read before the vault is open. */
export function isOfThisMachine({ provider }: Pick<SecretReference, 'provider'>): boolean {
  return provider === 'env' || provider === 'file'
}

/**
 * Reads a text of the configuration, and the secret that it refers to, where it is needed before the
 * vault is open: it comes from a variable or a file. The value goes where it is used and nowhere
 * else: it is never logged, printed or kept. A file's last line break is not part of the secret.
 *
 * @param folder what a relative `secret://file/` path counts from
 * @throws {CommandError} `configuration` when there is no such secret, it is not one line of text, its
 *   file is open to others, or somebody else keeps it
 */
export function resolveText(
  text: ConfigText,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (text.kind === 'literal') return text.value
  try {
    const value = checkValue(read(text, folder, env))
    if (/[\r\n]/.test(value))
      throw refused(text, 'holds a line break or control character', 'a secret is one line of text')
    return text.prefix + value
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const [problem = '', ...fix] = error.message.split(': ')
    throw refused(text, problem, fix.join(': '), error)
  }
}

function read(
  text: SecretReference,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (text.provider === 'file') return readSecretFile(resolve(folder, text.name))
  if (text.provider !== 'env')
    throw refused(
      text,
      'is needed before the vault is open',
      'write `secret://env/NAME` or `secret://file/PATH` here',
    )
  const value = env[text.name]
  if (value !== undefined && value !== '') return value
  const fix = `set the environment variable \`${text.name}\` for the gateway`
  throw refused(text, 'refers to nothing', fix)
}

function refused(text: ConfigText, problem: string, fix: string, cause?: unknown): CommandError {
  const options = { exit: 'configuration', fix, cause } as const
  return new CommandError(`the secret \`${formatText(text)}\` ${problem}`, options)
}
