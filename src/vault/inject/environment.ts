import { askedBy, type Injection, oneLine, type SecretTexts } from './secret-texts.ts'

export interface EnvironmentOptions extends Injection {
  readonly env: SecretTexts
}

/**
 * The variables of a local server, for the process that serves one caller alone.
 *
 * @throws GatewayError `connection_required` when the caller has no such secret of their own,
 *   `credential_unavailable` when one cannot be had.
 */
export async function environmentFor(
  options: EnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { server, resolver, env } = options
  const asked = askedBy(options)
  const entries = await Promise.all(
    Object.entries(env).map(async ([name, text]) => {
      if (text.kind === 'literal') return [name, text.value] as const
      const value = await resolver.resolve(text, asked)
      return [name, oneLine(server, text, text.prefix + value)] as const
    }),
  )
  return Object.fromEntries(entries)
}
