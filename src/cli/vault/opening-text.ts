import { resolve } from 'node:path'
import { formatText } from '../../config/secret.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import { readSecretFile } from '../../vault/sources/file.ts'
import { checkValue } from '../../vault/sources/source.ts'

/**
 * A secret that is needed before the vault is open. Read anew each time, so that a changed one counts;
 * the keys of service accounts have several lines.
 *
 * @throws GatewayError `credential_unavailable`, from each reading, naming the reference.
 */
export function openingText(
  text: ConfigText,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<string> {
  return async () => {
    if (text.kind === 'literal') return text.value
    try {
      if (text.provider === 'file') return checkValue(readSecretFile(resolve(folder, text.name)))
      if (text.provider === 'env') return checkValue(env[text.name] ?? '')
    } catch (error) {
      const why = error instanceof GatewayError ? error.message : 'cannot be read'
      throw refused(text, why, error)
    }
    throw refused(text, 'is needed before the vault is open: write `secret://env/NAME`')
  }
}

function refused(text: ConfigText, why: string, cause?: unknown): GatewayError {
  const message = `the secret \`${formatText(text)}\` ${why}`
  return new GatewayError('credential_unavailable', message, { cause })
}
