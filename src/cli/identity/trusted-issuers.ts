import type { Config } from '../../config/config.ts'
import type { ExternalIssuer } from '../../identity/external-issuer.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import type { AssertionIssuer, Platform, ProviderSettings } from '../../oauth/oauth.ts'
import { resolveText } from '../resolve-secret.ts'
import { ADMIN_PATH } from './resources.ts'

type Identity = Config['identity']

/** Milliseconds since a token of another issuer was issued, after which it is not taken any more. */
const LONGEST = 60 * 60_000

/** Other authorization servers whose tokens are taken. They never open the administration. */
export function externalIssuers({ issuers }: Identity): readonly ExternalIssuer[] {
  return Object.entries(issuers).map(([name, settings]) => {
    const { issuer, jwksUri, algorithms, audiences, scopes, typ, groups, advertise } = settings
    return {
      name,
      issuer,
      keys: jwksUri,
      algorithms,
      audiences,
      type: typ === 'any' ? 'jwt' : 'at+jwt',
      scopes: { claims: [scopes.claim], map: lists(scopes.map) },
      subject: [settings.subject],
      client: [settings.client],
      agents: Object.entries(settings.agentWhen).flatMap(([claim, values]) =>
        values.map((equals) => ({ claim: [claim], equals })),
      ),
      ...(groups === undefined ? {} : { groups: { claim: groups.claim, map: lists(groups.map) } }),
      exactly: Object.entries(settings.require).map(([claim, equals]) => ({
        claim: [claim],
        equals,
      })),
      maxAge: LONGEST,
      proof: 'optional',
      opens: (path) => path !== ADMIN_PATH,
      discovery: advertise ? 'named' : 'unnamed',
    }
  })
}

function lists(map: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(map).map(([theirs, ours]) => [theirs, [ours]]))
}

/** Login providers. Their secrets are read each time they are used. */
export function loginProviders(
  { identity: { providers }, folder }: Config,
  env: Readonly<Record<string, string | undefined>>,
): readonly ProviderSettings[] {
  const reader = (secret: ConfigText) => () => resolveText(secret, folder, env)
  return Object.entries(providers).map(([id, settings]) => {
    const {
      name = id,
      clientSecret,
      clientKey,
      require,
      acr,
      amr,
      groups,
      maxAge,
      prompt,
      ...rest
    } = settings
    return {
      ...rest,
      id,
      name,
      authentication:
        clientKey === undefined
          ? { kind: 'client_secret', secret: reader(clientSecret ?? NOTHING) }
          : { kind: 'private_key_jwt', key: reader(clientKey) },
      require: { claims: require, ...given('acr', listed(acr)), ...given('amr', listed(amr)) },
      ...given('groups', groups),
      ...given('prompt', prompt),
      ...given('maxAge', maxAge && Math.floor(maxAge / 1_000)),
    }
  })
}

/** The configuration is checked: one of secret and key is there. */
const NOTHING: ConfigText = { kind: 'literal', value: '' }

function listed(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

function given<K extends string, V>(key: K, value: V | undefined): { [Key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [Key in K]?: V })
}

/** Identity providers that assert users to clients (ID-JAG). */
export function assertionIssuers({ assertions }: Identity): readonly AssertionIssuer[] {
  return Object.values(assertions).map(
    ({ issuer, jwksUri, algorithms, provider, createUsers }) => ({
      issuer,
      ...(jwksUri === undefined ? {} : { jwksUri }),
      algorithms,
      provider,
      create: createUsers,
    }),
  )
}

/** Platforms whose workload tokens prove who an agent is. */
export function workloadPlatforms({ platforms }: Identity): readonly Platform[] {
  return Object.values(platforms).map(({ issuer, jwksUri }) => ({
    issuer,
    ...(jwksUri === undefined ? {} : { jwksUri }),
  }))
}

/** Whether the operator named a host with its port: then it may be on a private network. */
export function namedHosts({ identity }: Config): (host: string, port: number) => boolean {
  const { providers, issuers, assertions, platforms } = identity
  const settings = [providers, issuers, assertions, platforms].flatMap((one) =>
    Object.values<{ issuer: string; jwksUri?: string | undefined }>(one),
  )
  const hosts = new Set(
    settings
      .flatMap(({ issuer, jwksUri }) => [issuer, jwksUri])
      .flatMap((address) => (address === undefined ? [] : [new URL(address)]))
      .map(({ hostname, port, protocol }) => `${hostname}:${port || portOf(protocol)}`),
  )
  return (host, port) => hosts.has(`${host}:${port}`)
}

function portOf(protocol: string): string {
  return protocol === 'http:' ? '80' : '443'
}
