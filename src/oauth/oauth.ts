import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JSONWebKeySet, JWK } from 'jose'
import type { CustomFetch } from 'openid-client'
import type { Accounts } from '../kernel/accounts.ts'
import type { Revocation } from '../kernel/authentication.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Actor, Witness } from '../kernel/event.ts'
import type { FetchDocument } from '../kernel/fetch-document.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Store } from '../store/store.ts'
import type { ClientAdministration } from './clients/client-administration.ts'
import type { ClientPolicy } from './clients/client-policy.ts'
import { openClients } from './clients/clients.ts'
import { type AuthorizationServer, openAuthorizationServer } from './engine/authorization-server.ts'
import type { SessionAdministration } from './engine/browser-sessions.ts'
import type { GrantAdministration } from './engine/grants.ts'
import type { KeyAdministration } from './engine/keys.ts'
import { DEFAULT_LIFETIMES, type Lifetimes } from './engine/options.ts'
import { voidInStore } from './engine/void-in-store.ts'
import { type Federation, openFederation } from './federation/federation.ts'
import type { ProviderSettings } from './federation/settings.ts'
import type { AssertionIssuer } from './machines/identity-assertion.ts'
import { type Machines, machines } from './machines/machines.ts'
import type { Platform } from './machines/workload-tokens.ts'
import { myGrants } from './my-grants.ts'
import { OPERATOR_PATH, operatorRoute } from './operator/operator.ts'
import { openPages, type Pages } from './pages/pages.ts'
import type { MyCredentials } from './pages/ports.ts'
import type { Interactions, Resources, Routes } from './parts.ts'

export interface OauthOptions {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  readonly witness: Witness
  readonly once: Once
  /** 32 bytes, the same on all replicas. Whoever has it and the database can open what is sealed. */
  readonly sealKey: Uint8Array
  /** Whether it was made just now, and no other process can have the one before. */
  readonly sealKeyIsNew?: boolean
  /** Public half of the operator's key. */
  readonly operatorKey: JWK
  /** The issuer: scheme and authority, such as `https://gateway.example`. */
  readonly publicOrigin: string
  readonly resources: Resources
  readonly accounts: Accounts
  readonly credentials: MyCredentials
  readonly clients: Partial<ClientPolicy>
  readonly providers: readonly ProviderSettings[]
  readonly assertionIssuers: readonly AssertionIssuer[]
  readonly platforms: readonly Platform[]
  /** For documents of strangers. */
  readonly fetchDocument: FetchDocument
  /** For documents of those whom the operator named, who may be on private networks. */
  readonly fetchNamed: FetchDocument
  /** For login providers. */
  readonly fetch: CustomFetch
  readonly lifetimes: Partial<Lifetimes>
  /** Milliseconds; see `docs/decisions/0006-refresh-in-parallel.md`. */
  readonly refreshGrace: number
  /** Milliseconds. */
  readonly keyAge: number
  readonly addressOf: (request: IncomingMessage) => string
  /** Told at once, after the commit, of what this process revoked. */
  readonly onRevoked: (changes: readonly Revocation[]) => void
  readonly log: (line: string) => void
}

/** What operators do to what was granted, to keys, to clients, and to sessions of browsers. */
export interface OauthAdministration {
  readonly grants: GrantAdministration
  readonly keys: KeyAdministration
  readonly clients: ClientAdministration
  readonly sessions: SessionAdministration
}

/** Users, clients and agents come here for tokens. */
export interface Oauth extends OauthAdministration {
  readonly routes: Routes
  /** Who is logged in with the browser that sends a request; undefined for nobody. */
  readonly session: Interactions['session']
  /** The administration, when somebody is known to do it: events say who. */
  administrationBy(by: Actor): OauthAdministration
  /**
   * Hears of a grant that a resource refused for want of scopes: its client's next refresh fails once,
   * if it comes at once, before its token is over at `expires` (milliseconds since the epoch).
   */
  readonly consentWanted: AuthorizationServer['consentWanted']
  /** Signs who a subject is, for another authorization server that exchanges it (RFC 8693). */
  readonly state: AuthorizationServer['state']
  /** Whether login providers can be used at this moment. */
  readonly checkProviders: Federation['check']
  /** Public keys that verify tokens of ours, now or soon. */
  publicKeys(): Promise<JSONWebKeySet>
  /** Reads the signing keys again: another replica has changed them. */
  reload(): Promise<void>
  close(): Promise<void>
}

const SWEEP = 60_000

/**
 * Opens the authorization server with all that belongs to it: where clients come from, pages of login
 * and consent, login at providers, agents, and the operator's own way.
 *
 * @throws TypeError, GatewayError for settings that cannot be meant; GatewayError `store_unavailable`.
 */
export async function openOauth(options: OauthOptions): Promise<Oauth> {
  const { store, log, onRevoked } = options
  // Parts that ask each other: each is asked only once all of them are there.
  let server: AuthorizationServer
  let shown: Pages
  const clients = await openClients({
    ...options,
    policy: options.clients,
    taken: async (id) => (await options.accounts.agent(id as never)) !== undefined,
    onRevoked,
    onRemoved: (id) => server.grants.revokeClient(id, 'client-removed'),
  })
  const agents = agentsOf(options, clients.source, () => server)
  server = await openAuthorizationServer({
    ...options,
    clients: clients.source,
    agents: agents.agents,
    principals: options.accounts,
    machineGrants: agents.grants,
    keyPolicy: { rotateAfter: options.keyAge },
    showProblem: (request, response, problem) => shown.showProblem(request, response, problem),
  })
  const federation = openFederation({
    ...options,
    db: store.db,
    finish: (request, response, end) => finish(server, request, response, end),
    show: (response, page) => shown.showNotice(response, page),
  })
  shown = openPages({
    ...options,
    interactions: server.interactions,
    federation,
    grants: myGrants(server.grants, clients),
    productName: 'Bailiwick',
    lifetimes: { ...DEFAULT_LIFETIMES, ...options.lifetimes },
    report: (error, id) => log(`oauth: a page failed (request ${id}): ${textOf(error)}`),
  })
  const operator = await operatorRoute({
    ...options,
    key: options.operatorKey,
    issuer: server.issuer,
  })
  const timer = setInterval(() => void clients.sweep().catch(() => {}), SWEEP).unref()
  return {
    routes: (path) => {
      const own = path === OPERATOR_PATH ? operator : federation.routes(path)
      return own === undefined ? (server.routes(path) ?? shown.routes(path)) : server.protect(own)
    },
    grants: server.grants,
    keys: server.keys,
    clients: clients.administration,
    sessions: server.sessions,
    session: server.interactions.session,
    administrationBy: (by) => {
      const { grants, keys, sessions } = server.administrationBy(by)
      const removed = (id: string) => grants.revokeClient(id, 'client-removed')
      return { grants, keys, sessions, clients: clients.administrationBy(by, removed) }
    },
    consentWanted: server.consentWanted,
    state: server.state,
    checkProviders: federation.check,
    publicKeys: () => publicKeys(server),
    reload: server.reload,
    async close() {
      clearInterval(timer)
      await server.close()
      await clients.flush()
    },
  }
}

function agentsOf(
  options: OauthOptions,
  clients: Parameters<typeof machines>[0]['clients'],
  server: () => AuthorizationServer,
): Machines {
  return machines({
    ...options,
    fetchDocument: options.fetchNamed,
    issuer: options.publicOrigin,
    principals: options.accounts,
    federate: options.accounts.federate,
    clients,
    ownKeys: async () => (await publicKeys(server())).keys as unknown as readonly JsonObject[],
    isVoid: voidInStore(options.store, options.clock),
    now: options.clock,
  })
}

async function publicKeys({ keys }: AuthorizationServer): Promise<JSONWebKeySet> {
  return { keys: (await keys.list()).map(({ jwk }) => jwk) as unknown as JWK[] }
}

/** A login at a provider ends where it was begun: at an interaction, or at a page of ours. */
async function finish(
  { interactions }: AuthorizationServer,
  request: IncomingMessage,
  response: ServerResponse,
  end: Parameters<Parameters<typeof openFederation>[0]['finish']>[2],
): Promise<void> {
  if ('uid' in end) {
    const { uid } = await interactions.find(request, response)
    if (uid !== end.uid)
      throw new GatewayError('interaction_unknown', 'this login is for another page')
    return interactions.login(request, response, end)
  }
  await interactions.signIn(request, response, end)
  response.writeHead(303, { location: end.returnTo, 'cache-control': 'no-store' })
  response.end()
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

export type { ProviderSettings } from './federation/settings.ts'
export type { AssertionIssuer } from './machines/identity-assertion.ts'
export type { Platform } from './machines/workload-tokens.ts'
export type { MyCredentials } from './pages/ports.ts'
