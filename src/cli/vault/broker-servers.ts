import type { AuthorizationSettings } from '../../config/authorization-schema.ts'
import type { Config } from '../../config/config.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import type {
  BrokerServer,
  BrokerSettings,
  KnownClient,
  ReadSecret,
} from '../../vault/broker/settings.ts'
import type { Resolver } from '../../vault/sources/resolver.ts'

/** Remote servers of a configuration, as the broker wants them. Secrets are read when they are needed. */
export function brokerServers(
  { servers }: Pick<Config, 'servers'>,
  resolver: Pick<Resolver, 'resolve'>,
): ReadonlyMap<string, BrokerServer> {
  return new Map(
    Object.entries(servers).flatMap(([name, server]) => {
      if (!server.enabled || server.transport === 'stdio') return []
      const { url } = server
      const settings = settingsOf(name, server, resolver)
      return [[name, { url, ...(settings && { settings }) }] as const]
    }),
  )
}

type Remote = Exclude<Config['servers'][string], { readonly transport: 'stdio' }>

function settingsOf(
  name: string,
  { authorization, headers }: Remote,
  resolver: Pick<Resolver, 'resolve'>,
): BrokerSettings | undefined {
  if (authorization !== undefined) return readSettings(authorization, readerFor(name, resolver))
  const isStated = Object.entries(headers).some(
    ([name, { kind }]) => kind === 'secret' || /^authorization$/i.test(name),
  )
  // Whoever says what the server is shown wants nothing else shown.
  return isStated
    ? { kind: 'none', holder: 'user', dpop: 'off', allowWithoutPkce: false }
    : undefined
}

type Read = (text: ConfigText) => ReadSecret

function readerFor(server: string, { resolve }: Pick<Resolver, 'resolve'>): Read {
  return (text) => async (owner) =>
    text.kind === 'literal' ? text.value : text.prefix + (await resolve(text, { server, owner }))
}

function readSettings(settings: AuthorizationSettings, read: Read): BrokerSettings {
  const { kind, holder, dpop, allowWithoutPkce, issuer, scopes, audience } = settings
  const { client, subjectToken, subjectTokenType, identityProvider } = settings
  return {
    ...{ kind, holder, dpop, allowWithoutPkce },
    ...(issuer !== undefined && { issuer }),
    ...(scopes !== undefined && { scopes }),
    ...(audience !== undefined && { audience }),
    ...(client !== undefined && { client: clientOf(client, read) }),
    ...(subjectToken !== undefined && { subjectToken: read(subjectToken) }),
    ...(subjectTokenType !== undefined && { subjectTokenType }),
    ...(identityProvider !== undefined && {
      identityProvider: {
        issuer: identityProvider.issuer,
        ...(identityProvider.tokenEndpoint !== undefined && {
          tokenEndpoint: identityProvider.tokenEndpoint,
        }),
        ...(identityProvider.client !== undefined && {
          client: clientOf(identityProvider.client, read),
        }),
      },
    }),
  }
}

type ClientSettings = NonNullable<AuthorizationSettings['client']>

function clientOf({ id, secret, key, method }: ClientSettings, read: Read): KnownClient {
  return {
    id,
    ...(secret !== undefined && { secret: read(secret) }),
    ...(key !== undefined && { key: read(key) }),
    ...(method !== undefined && { method }),
  }
}

/** Hosts, with their ports, that the operator named for credentials: they may be on private networks. */
export function namedForCredentials({ servers }: Pick<Config, 'servers'>): readonly string[] {
  const addresses = Object.values(servers).flatMap((server) => {
    if (server.transport === 'stdio') return []
    const { issuer, identityProvider } = server.authorization ?? {}
    return [server.url, issuer, identityProvider?.issuer, identityProvider?.tokenEndpoint]
  })
  return addresses.flatMap((address) => (address === undefined ? [] : [hostOf(address)]))
}

function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address)
  return `${hostname.replace(/^\[|\]$/g, '')}:${port || (protocol === 'http:' ? '80' : '443')}`
}
