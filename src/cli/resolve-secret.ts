import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ConfigText, formatText } from '../config/secret.ts'
import { CommandError } from './command-error.ts'

/**
 * Reads a text of the configuration, and the secret that it refers to. The value goes where it is
 * used and nowhere else: it is never logged, printed or kept.
 *
 * @param folder what a relative `secret://file/` path counts from
 * @throws {CommandError} `configuration` when there is no such secret
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
    throw new CommandError(`\`${formatText(text)}\` refers to nothing`, {
      exit: 'configuration',
      fix:
        text.provider === 'env'
          ? `set the environment variable \`${text.name}\` for the gateway`
          : 'put the secret into that file',
    })
  }
  return text.prefix + value
}

function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch {
    return undefined
  }
}
