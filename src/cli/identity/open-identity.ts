import { hkdfSync, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { openAdmin } from '../../admin/admin.ts'
import type { Config } from '../../config/config.ts'
import { publicOrigin } from '../../config/public-url.ts'
import { type Directory, openDirectory } from '../../directory/directory.ts'
import type { Neighbourhood } from '../../http/listener.ts'
import { createFetchDocument, type OutboundOptions } from '../../http/outbound/fetch-document.ts'
import { type Identity, openIdentity } from '../../identity/identity.ts'
import type { Witness } from '../../kernel/event.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import type { Once } from '../../kernel/once.ts'
import { type Oauth, openOauth } from '../../oauth/oauth.ts'
import { openChangeFeed } from '../../store/change-feed.ts'
import { memoryOnce, storedOnce } from '../../store/once.ts'
import type { Store } from '../../store/store.ts'
import { type Control, openControl, type Plane, recordsOf } from '../control/administration.ts'
import { ensureOperatorKey, type SealKey } from '../operator/operator-key.ts'
import { randomIds } from '../random-id.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import { consoleFiles } from './console-files.ts'
import { consoleDoor, openStream, senderNow } from './console-sender.ts'
import { credentialsOf } from './credentials.ts'
import { gatewayResources, isResourcePath, type ServedTools } from './resources.ts'
import { trustedSources } from './sources.ts'
import { withStepUp } from './step-up.ts'
import {
  assertionIssuers,
  externalIssuers,
  loginProviders,
  namedHosts,
  workloadPlatforms,
} from './trusted-issuers.ts'

/** Milliseconds between two looks for what other replicas revoked. */
const LOOK = 500
/** Proofs remembered at once, by a process alone. */
const MOST_PROOFS = 1_000_000
const LOOPBACK = ['127.0.0.1', '[::1]']

/** How documents of other hosts are fetched, where that is not by name servers, TCP and known authorities. */
export type Outbound = Omit<OutboundOptions, 'named'>

export interface IdentityParts extends Omit<Plane, 'vault'> {
  readonly config: Config
  readonly env: Readonly<Record<string, string | undefined>>
  readonly store: Store
  readonly witness: Witness
  readonly served: ServedTools
  readonly sealKey: SealKey
  readonly outbound?: Outbound | undefined
  /** Credentials for servers: opened as soon as it is known where people come back to. */
  readonly vault: Pick<OpenVault, 'meet' | 'heard' | 'inbound'>
  readonly log: (message: string, cause?: unknown) => void
}

/** Who people, programs and clients are, and how they prove it. */
export interface OpenIdentity extends Neighbourhood {
  /** The public origin. */
  readonly issuer: string
  readonly directory: Directory
  readonly oauth: Oauth
  readonly identity: Identity
  /** Where the first user sets their password; undefined once they have. */
  readonly setUp: string | undefined
  /** Ends the answers that go on by themselves. */
  quiet(): void
  close(): Promise<void>
}

/**
 * Opens people, authorization server and resource server, for a listener on `port`.
 *
 * @throws {CommandError} for a key file that is damaged; GatewayError as the parts.
 */
export async function openGatewayIdentity(
  parts: IdentityParts,
  port: number,
): Promise<OpenIdentity> {
  const { config, store, witness, log, outbound = {} } = parts
  const issuer = publicOrigin(config.listen, port)
  const common = { store, witness, clock: Date.now, randomId: randomIds() }
  const { key: sealKey, isNew } = parts.sealKey
  const { hostname } = new URL(issuer)
  const rp = { id: hostname, origin: issuer, name: 'Bailiwick' }
  const directory = openDirectory({ ...common, rp })
  const opened: (() => Promise<void>)[] = [directory.close]
  const close = async (): Promise<void> => {
    for (const end of opened.toReversed()) await end()
  }
  try {
    const { link } = await directory.ensureOwner()
    const origins = originsOf(config, issuer, port)
    const way = {
      issuer,
      sealKey,
      once: storedOnce(store, Date.now),
      fetchDocument: createFetchDocument(outbound),
      fetchNamed: createFetchDocument({ ...outbound, named: namedHosts(config) }),
    }
    let identity: Identity | undefined
    const oauth = await openOauth({
      ...common,
      ...oauthSettings(parts, origins),
      ...way,
      publicOrigin: issuer,
      // Of a database on a server, other replicas may have the key that is missing here.
      sealKeyIsNew: isNew && store.engine === 'sqlite',
      operatorKey: ensureOperatorKey(config.dataDir).public,
      accounts: directory.accounts,
      credentials: credentialsOf(directory),
      // What this process revoked is void here before its answer is out.
      onRevoked: (changes) => identity?.end(changes),
      log: (line) => log(line),
    })
    opened.push(oauth.close)
    identity = await openResourceServer(parts, { ...way, origins, oauth, directory })
    opened.push(identity.close)
    const { fetchDocument } = way
    const vault = parts.vault.meet({ issuer, mint: oauth.state })
    const records = recordsOf(parts)
    const control = openControl({ ...parts, records, issuer, directory, oauth, vault })
    opened.push(control.close)
    return {
      ...around(parts, { issuer, directory, oauth, identity, fetchDocument, control }),
      issuer,
      directory,
      oauth,
      identity,
      close,
      ...setUpOf(issuer, link),
    }
  } catch (error) {
    await close()
    throw error
  }
}

function setUpOf(issuer: string, link: string | undefined): Pick<OpenIdentity, 'setUp'> {
  return { setUp: link === undefined ? undefined : `${issuer}/setup?code=${link}` }
}

interface Open extends Pick<OpenIdentity, 'issuer' | 'directory' | 'oauth' | 'identity'> {
  readonly fetchDocument: FetchDocument
  readonly control: Control
}

function around(
  { config, log }: IdentityParts,
  { issuer, directory, oauth, identity, fetchDocument, control }: Open,
): Neighbourhood & Pick<OpenIdentity, 'quiet'> {
  const authenticator = withStepUp(identity.authenticator, oauth)
  const admin = openAdmin({
    administration: {
      ...control.ports,
      issuer,
      actingAs: (by) => ({ ...directory.administrationBy(by), ...oauth.administrationBy(by) }),
      sources: trustedSources(config, oauth, fetchDocument),
      settled: identity.refresh,
    },
    authenticator,
    console: consoleDoor({ issuer, directory, oauth }),
    live: {
      source: control.live,
      openStream,
      onEnded: identity.onEnded,
      again: (sender) => senderNow(directory, sender),
      clock: Date.now,
    },
    scheme: schemeOf(config),
    randomId: randomIds(),
    log: (line) => log(line),
  })
  const pages = consoleFiles(issuer)
  return {
    authenticator,
    quiet: admin.close,
    route: (path) =>
      identity.routes(path) ?? oauth.routes(path) ?? admin.routes(path) ?? pages(path),
  }
}

/** As clients see it. */
function schemeOf({ listen }: Config): 'http' | 'https' {
  return listen.tls !== undefined || listen.behindProxy ? 'https' : 'http'
}

type Origins = readonly [string, ...string[]]

/** The names under which a listener of this machine alone can be reached, the canonical one first. */
function originsOf(config: Config, issuer: string, port: number): Origins {
  const { protocol, hostname } = new URL(issuer)
  const more =
    hostname === 'localhost' ? LOOPBACK.map((host) => `${protocol}//${host}:${port}`) : []
  const named = config.listen.allowedHosts.map(
    (host) => new URL(`${schemeOf(config)}://${host}`).origin,
  )
  return [issuer, ...new Set([...more, ...named].filter((origin) => origin !== issuer))]
}

function oauthSettings({ config, env, served }: IdentityParts, origins: Origins) {
  const { tokens, clients, keyAge } = config.identity
  return {
    resources: gatewayResources(origins, served),
    clients: {
      documents: clients.metadataDocuments === 'off' ? 'none' : clients.metadataDocuments,
      documentHosts: clients.hosts,
      registration: clients.dynamicRegistration,
      registrationHosts: clients.hosts,
    } as const,
    providers: loginProviders(config, env),
    assertionIssuers: assertionIssuers(config.identity),
    platforms: workloadPlatforms(config.identity),
    fetch: (url: string, options: object) => fetch(url, options),
    lifetimes: {
      access: tokens.access,
      refresh: tokens.refresh,
      grant: tokens.grant,
      session: tokens.session,
    },
    refreshGrace: tokens.refreshGrace,
    keyAge,
    addressOf: config.listen.behindProxy ? addressBehindProxy : addressOf,
  }
}

interface Beside {
  readonly issuer: string
  readonly sealKey: Uint8Array
  readonly once: Once
  readonly fetchNamed: FetchDocument
  readonly origins: Origins
  readonly oauth: Oauth
  readonly directory: Directory
}

function openResourceServer(
  { config, store, witness, served, log, vault }: IdentityParts,
  { issuer, sealKey, once, fetchNamed, origins, oauth, directory }: Beside,
): Promise<Identity> {
  // A process that is alone remembers proofs by itself, since only its own nonces count there.
  const alone = config.store.kind === 'sqlite'
  const shared = (): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', sealKey, new Uint8Array(0), 'bailiwick proof nonces', 32))
  return openIdentity({
    origins,
    paths: (path) => isResourcePath(path, served.servers),
    fallback: `${origins[0]}/mcp`,
    issuer: { issuer, keys: oauth.publicKeys },
    principals: directory.accounts,
    feed: (onChange) =>
      openChangeFeed({
        store,
        every: LOOK,
        clock: Date.now,
        onChange(change) {
          if (change.kind === 'credential') vault.heard(change.id)
          if (change.kind === 'key')
            oauth.reload().catch((cause: unknown) => log('keys could not be read again', cause))
          onChange(change)
        },
        onLost: () => {},
        log,
      }),
    once: alone ? memoryOnce(Date.now, { max: MOST_PROOFS }) : once,
    external: externalIssuers(config.identity),
    fetch: fetchNamed,
    bearer: config.identity.bearer === 'users' ? 'users-only' : config.identity.bearer,
    nonces: {
      secret: alone ? randomBytes(32) : shared(),
      use: alone ? 'required' : 'optional',
    },
    onInbound: vault.inbound.seen,
    whenStoreIsLost: config.identity.whenStoreIsLost,
    clock: Date.now,
    witness,
  })
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? ''
}

/** The address that the proxy saw is the last that it wrote; those before it are anybody's words. */
function addressBehindProxy(request: IncomingMessage): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
  const last = forwarded.slice(forwarded.lastIndexOf(',') + 1).trim()
  return isIP(last) === 0 ? addressOf(request) : last
}
