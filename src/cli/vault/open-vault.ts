import type { Config, ServerConfig } from '../../config/config.ts'
import type { Connections } from '../../gateway/connect/once-connected.ts'
import type { UpstreamServer } from '../../gateway/watched-links.ts'
import type {
  CredentialAbout,
  CredentialFact,
  CredentialOwner,
  RequestAuthorizer,
} from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Actor, Witness } from '../../kernel/event.ts'
import { createInboundWatch, type InboundWatch } from '../../kernel/inbound-tokens.ts'
import type { RandomId } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { ValueWatch } from '../../kernel/value-watch.ts'
import type { Sealer } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { type Broker, openBroker } from '../../vault/broker/broker.ts'
import type { MintToken } from '../../vault/broker/settings.ts'
import { environmentFor } from '../../vault/inject/environment.ts'
import { staticAuthorizer } from '../../vault/inject/static-authorizer.ts'
import { createSealer } from '../../vault/seal/sealer.ts'
import { openSecrets, type Secrets } from '../../vault/secrets/secrets.ts'
import { createResolver, type Resolver } from '../../vault/sources/resolver.ts'
import type { VaultParts } from '../control/vault.ts'
import type { Outbound } from '../identity/open-identity.ts'
import { credentialOf, dependantsOf } from '../server-credential.ts'
import { awaitConnections } from './await-connections.ts'
import { brokerServers } from './broker-servers.ts'
import { fetchForCredentials } from './credential-fetch.ts'
import { lateKeys } from './late-keys.ts'
import { openKeys } from './open-keys.ts'
import { openSources } from './open-sources.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface OpenVaultParts {
  readonly config: Config
  readonly env: Env
  readonly store: Store
  readonly witness: Witness
  readonly randomId: RandomId
  readonly outbound: Outbound
  readonly watch: ValueWatch<CredentialAbout>
  readonly log: (message: string, cause?: unknown) => void
}

/** What is known only once the gateway listens. */
export interface Met {
  /** The public origin. */
  readonly issuer: string
  readonly mint: MintToken
}

/** The credentials of a gateway. */
export interface OpenVault {
  readonly secrets: Secrets
  /** Knows each credential that is in use by its value. */
  readonly watch: ValueWatch<CredentialAbout>
  /** Knows each token that was shown to us. */
  readonly inbound: InboundWatch
  /** The servers, with what each is shown for whom. */
  upstreams(servers: readonly UpstreamServer[]): readonly UpstreamServer[]
  /** Opens what needs to know under which name we are known. Nobody connects before. */
  meet(met: Met): VaultParts
  /** Lets calls wait until their subject is connected. */
  readonly wait: Connections['wait']
  /** Has one listener told where a secret changed that a local server was started with. */
  onChange(listener: (server: string, owner: CredentialOwner) => void): () => void
  /** Hears of a change of the kind `credential`, here or on another replica. */
  heard(id: string): void
  /** A credential was seen where it must not be. Never rejects. */
  exposed(about: CredentialAbout, where: ExposedWhere): void
  /** Ends what an owner connected. */
  offboard(owner: CredentialOwner, by: Actor): Promise<void>
  close(): Promise<void>
}

/** Where a credential was seen. */
interface ExposedWhere {
  readonly place: 'result' | 'argument'
  readonly server: string
  readonly target: string
}

const TENANT = 'default'
/** Milliseconds between two looks for versions of secrets whose overlap is over. */
const SWEEP = 60_000

/** Opens the vault. Nobody is asked for a key or a secret before one is needed. */
export function openVault(parts: OpenVaultParts): OpenVault {
  const { config, env, store, witness, randomId, outbound, watch, log } = parts
  const clock = Date.now
  const fetch = fetchForCredentials(config, outbound)
  const sealer = sealerOf(parts, fetch)
  const { rotateAfter, cache: ttl } = config.vault
  const secrets = openSecrets({
    ...{ store, sealer, witness, clock, rotateAfter },
    // The others hear of it by the feed of changes; here it counts at once.
    onChange: ({ name, owner }) => heard(`secret:${name} ${owner}`),
  })
  const sources = openSources(config, { env, fetch })
  const resolver = createResolver({ sources, secrets, witness, clock, ttl, watch })
  let broker: Broker | undefined
  let restart: (server: string, owner: CredentialOwner) => void = () => {}
  const inbound = inboundWatch(parts)
  const awaited = awaitConnections(() => broker?.connections, log)
  const heard = (id: string): void => {
    resolver.changed(id)
    broker?.forget(id)
    awaited.heard(id)
    for (const { server, owner } of startedWith(config, id)) restart(server, owner)
  }
  const sweeping = setInterval(() => {
    secrets.sweep().catch((cause: unknown) => log('old secrets could not be destroyed', cause))
  }, SWEEP).unref()
  return {
    secrets,
    watch,
    inbound,
    wait: awaited.wait,
    upstreams: (servers) => {
      const shown = shownTo(config, resolver, () => broker)
      return servers.map((server) => ({ ...server, ...shown(server.name) }))
    },
    meet({ issuer, mint }) {
      const opened = openBroker({
        ...{ store, sealer, fetch, witness, clock, randomId, issuer, mint, log },
        tenant: TENANT,
        servers: brokerServers(config, resolver),
        onToken: (value, about) => watch.add(value, about),
      })
      broker = opened
      const { connections, clientDocument, keys: clientKeys } = opened
      return { secrets, connections, clientDocument, clientKeys }
    },
    heard,
    onChange(listener) {
      restart = listener
      return () => {
        restart = () => {}
      }
    },
    exposed(about, where) {
      noteExposure({ secrets, broker, witness }, about, where).catch((cause: unknown) =>
        log('a credential that was seen outside could not be flagged', cause),
      )
    },
    async offboard(owner, by) {
      const ends = [removeAll(secrets, owner, by), broker?.offboard(owner, by)]
      for (const end of await Promise.allSettled(ends))
        if (end.status === 'rejected') throw end.reason
    },
    async close() {
      clearInterval(sweeping)
      await broker?.close()
      resolver.clear()
      sealer.clear()
    },
  }
}

function sealerOf({ config, env, store, log }: OpenVaultParts, fetch: SafeFetch): Sealer {
  const keys = lateKeys(config.vault.keys.kind, () =>
    openKeys(config, {
      ...{ env, fetch, store },
      created: (path) =>
        log(`the key of the vault was made: keep a copy of ${path} where the database is not`),
    }),
  )
  return createSealer({ keys, clock: Date.now, cache: config.vault.dataKeyCache })
}

async function removeAll(secrets: Secrets, owner: CredentialOwner, by: Actor): Promise<void> {
  for (const { name } of await secrets.list(owner)) await secrets.remove({ name, owner }, by)
}

function inboundWatch({ witness, log }: OpenVaultParts): InboundWatch {
  return createInboundWatch({
    clock: Date.now,
    onRefused() {
      witness({ event: 'passthrough.refused', outcome: 'refused' }).catch((cause: unknown) =>
        log('a token that was kept from passing through is not on record', cause),
      )
    },
  })
}

/** Servers that show a secret, by the id of its change. */
function startedWith(config: Config, id: string) {
  const [, name, whose] = /^secret:(\S{1,64}) (\S{1,300})$/.exec(id) ?? []
  if (name === undefined || whose === undefined) return []
  const owner = whose as CredentialOwner
  return dependantsOf(config, { name, owner }).map(({ server }) => ({ server, owner }))
}

/** What each server is shown for a subject. */
function shownTo(config: Config, resolver: Resolver, brokerNow: () => Broker | undefined) {
  const brokerOf = (server: string): Broker => {
    const broker = brokerNow()
    if (broker !== undefined) return broker
    throw new GatewayError('credential_unavailable', `nobody can connect to \`${server}\` yet`)
  }
  return (name: string): Partial<UpstreamServer> => {
    const settings = config.servers[name]
    if (settings === undefined) return {}
    if (settings.transport === 'stdio') return environmentOf(name, settings, resolver)
    const { headers } = settings
    return {
      authorizer: (subject): RequestAuthorizer =>
        staticAuthorizer({
          ...{ server: name, subject, headers, resolver },
          next: brokerOf(name).authorizer(name, subject),
        }),
      credential: (subject): CredentialFact => factOf(name, settings, subject, brokerNow()),
    }
  }
}

type LocalServer = Extract<ServerConfig, { readonly transport: 'stdio' }>

function environmentOf(
  server: string,
  settings: LocalServer,
  resolver: Resolver,
): Partial<UpstreamServer> {
  const { env } = settings
  const { kind, shared } = credentialOf(server, settings)
  return {
    environment: (subject) => environmentFor({ server, subject, env, resolver }),
    credential: () => ({ kind, shared }),
  }
}

function factOf(
  server: string,
  settings: ServerConfig,
  subject: Subject,
  broker: Broker | undefined,
): CredentialFact {
  const { kind, shared } = credentialOf(server, settings)
  if (kind === 'static') return { kind, shared }
  return broker?.fact(server, subject) ?? { kind, shared }
}

interface Exposing {
  readonly secrets: Secrets
  readonly broker: Broker | undefined
  readonly witness: Witness
}

async function noteExposure(
  { secrets, broker, witness }: Exposing,
  { owner, server }: CredentialAbout,
  { place, server: seenAt, target }: ExposedWhere,
): Promise<void> {
  const name = /^secret:(.{1,64})$/.exec(server)?.[1]
  const where = target === '' ? seenAt : `${seenAt} ${target}`
  if (name !== undefined)
    return void (await secrets.exposed({ name, owner }, { at: Date.now(), place, where }))
  if (!server.startsWith('secret://')) return broker?.exposed({ server, owner })
  // Somebody else keeps it, and has to change it.
  const detail = { place, where }
  await witness({ event: 'secret.exposed', outcome: 'done', target: server, detail })
}
