import type { ConfiguredServer } from '../../kernel/inventory.ts'
import type { SecretSense } from './plan-words.ts'
import { foundPlaces, isSecretValue } from './secret-places.ts'

/** Gives the reference of a secret that stands at a place, `env` or `headers`, under a name. */
export type Keep = (place: string, name: string, value: string) => string

/**
 * The gateway's settings of a server, in the words of `bailiwick.yaml`: `keep` takes each secret and
 * gives what to write in its place.
 */
export function settingsOf(
  server: ConfiguredServer,
  sense: SecretSense,
  keep: Keep,
): Readonly<Record<string, unknown>> {
  const { transport, project } = server
  const found = foundPlaces(server, sense)
  const isSecret = (place: 'env' | 'headers', name: string, value: string): boolean =>
    value !== '' && (found.has(`${place} ${name}`) || isSecretValue(name, value, sense))
  if (transport.kind === 'stdio') {
    const { command, args, cwd = project } = transport
    const env = replaced('env', transport.env, isSecret, keep)
    return {
      transport: 'stdio',
      command,
      ...(args.length > 0 && { args: [...args] }),
      ...(Object.keys(env).length > 0 && { env }),
      ...(cwd !== undefined && { cwd }),
    }
  }
  const sent = Object.entries(transport.headers).filter(([name]) => !OF_GATEWAY.test(name))
  const headers = replaced('headers', Object.fromEntries(sent), isSecret, keep)
  return {
    transport: transport.kind,
    url: transport.url,
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

/** Headers that the gateway writes itself, as every client does. */
const OF_GATEWAY = /^(accept|content-type)$/i

function replaced(
  place: 'env' | 'headers',
  values: Readonly<Record<string, string>>,
  isSecret: (place: 'env' | 'headers', name: string, value: string) => boolean,
  keep: Keep,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isSecret(place, name, value)) return [name, value]
      const [prefix, secret] = place === 'headers' ? schemeOf(value) : ['', value]
      return [name, prefix + keep(place, name, secret)]
    }),
  )
}

/** `Bearer `, `Basic ` and their kind stand before the secret, and are none. */
function schemeOf(value: string): readonly [string, string] {
  const scheme = /^[A-Za-z][A-Za-z0-9_-]{0,30} (?=\S)/.exec(value)?.[0] ?? ''
  return [scheme, value.slice(scheme.length)]
}
