import type { ConfiguredServer } from '../../kernel/inventory.ts'
import type { SecretSense } from './plan-words.ts'
import { isSecretValue } from './secret-places.ts'

/** Gives the reference of a secret that stands at `what`, such as `env GITHUB_TOKEN`. */
export type Keep = (what: string, name: string, value: string) => string

/**
 * The gateway's settings of a server, in the words of `bailiwick.yaml`: `keep` takes each secret and
 * gives what to write in its place.
 */
export function settingsOf(
  { transport, project }: ConfiguredServer,
  sense: SecretSense,
  keep: Keep,
): Readonly<Record<string, unknown>> {
  if (transport.kind === 'stdio') {
    const { command, args, cwd = project } = transport
    const env = replaced('env', transport.env, sense, keep)
    return {
      transport: 'stdio',
      command,
      ...(args.length > 0 && { args: [...args] }),
      ...(Object.keys(env).length > 0 && { env }),
      ...(cwd !== undefined && { cwd }),
    }
  }
  const headers = replaced('header', transport.headers, sense, keep)
  return {
    transport: transport.kind,
    url: transport.url,
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

function replaced(
  place: 'env' | 'header',
  values: Readonly<Record<string, string>>,
  sense: SecretSense,
  keep: Keep,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isSecretValue(name, value, sense)) return [name, value]
      const [prefix, secret] = place === 'header' ? schemeOf(value) : ['', value]
      return [name, prefix + keep(place, name, secret)]
    }),
  )
}

/** `Bearer `, `Basic ` and their kind stand before the secret, and are none. */
function schemeOf(value: string): readonly [string, string] {
  const scheme = /^[A-Za-z][A-Za-z0-9_-]{0,30} (?=\S)/.exec(value)?.[0] ?? ''
  return [scheme, value.slice(scheme.length)]
}
