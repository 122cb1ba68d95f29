import type { Config } from '../../config/config.ts'
import type { UpstreamServer } from '../../gateway/watched-links.ts'
import type { ConfigText } from '../../kernel/secret-reference.ts'
import { createSealer } from '../../vault/seal/sealer.ts'
import { openSecrets } from '../../vault/secrets/secrets.ts'
import { type Asked, createResolver, type Resolver } from '../../vault/sources/resolver.ts'
import type { Context } from '../context.ts'
import { openConfiguredStore } from '../open-records.ts'
import { checkSecrets, upstreamServers } from '../upstream-servers.ts'
import { fetchForCredentials } from './credential-fetch.ts'
import { lateKeys } from './late-keys.ts'
import { openKeys } from './open-keys.ts'
import { openSources } from './open-sources.ts'

type Texts = Readonly<Record<string, ConfigText>>
type Shown = Readonly<Record<string, string>>

/**
 * The enabled servers of a configuration for a command that asks them itself, for nobody in particular:
 * with the secrets that all share. What each user has of their own is left out, and the server may
 * refuse then.
 *
 * @throws {CommandError} `configuration` when a secret of this machine is missing.
 */
export async function commandServers(
  config: Config,
  context: Context,
): Promise<readonly UpstreamServer[]> {
  const servers = upstreamServers(config)
  checkSecrets(config, context.env)
  if (servers.every(({ name }) => secretsOf(config, name).length === 0)) return servers
  const store = await openConfiguredStore(config, context)
  try {
    const resolver = resolverOf(config, context, store)
    return await Promise.all(servers.map((server) => withSecrets(config, server, resolver)))
  } finally {
    await store.close()
  }
}

function resolverOf(
  config: Config,
  { env }: Context,
  store: Parameters<typeof openSecrets>[0]['store'],
): Resolver {
  const fetch = fetchForCredentials(config)
  const { kind } = config.vault.keys
  const keys = lateKeys(kind, () => openKeys(config, { env, fetch, store }))
  const common = { clock: Date.now, witness: async () => {} }
  const sealer = createSealer({ keys, clock: Date.now, cache: 0 })
  const { rotateAfter, cache: ttl } = config.vault
  const secrets = openSecrets({ ...common, store, sealer, rotateAfter })
  return createResolver({ ...common, ttl, secrets, sources: openSources(config, { env, fetch }) })
}

async function withSecrets(
  config: Config,
  server: UpstreamServer,
  resolver: Resolver,
): Promise<UpstreamServer> {
  const { name, transport } = server
  const asked: Asked = { server: name, owner: 'shared' }
  const own = textsOf(config, name)
  if (transport.kind === 'stdio') {
    const env = { ...transport.env, ...(await resolved(own, asked, resolver)) }
    return { ...server, transport: { ...transport, env } }
  }
  const headers = { ...transport.headers, ...(await resolved(own, asked, resolver)) }
  return { ...server, transport: { ...transport, headers } }
}

async function resolved(texts: Texts, asked: Asked, resolver: Resolver): Promise<Shown> {
  const found = await Promise.all(
    Object.entries(texts).map(async ([name, text]) => {
      if (text.kind === 'literal') return []
      const value = await resolver.resolve(text, asked).catch(() => undefined)
      return value === undefined ? [] : [[name, text.prefix + value] as const]
    }),
  )
  return Object.fromEntries(found.flat())
}

function secretsOf(config: Config, name: string): readonly ConfigText[] {
  return Object.values(textsOf(config, name)).filter(({ kind }) => kind === 'secret')
}

function textsOf({ servers }: Config, name: string): Texts {
  const server = servers[name]
  if (server === undefined) return {}
  return server.transport === 'stdio' ? server.env : server.headers
}
