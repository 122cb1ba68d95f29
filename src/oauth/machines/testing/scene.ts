import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { Agent, Principals, User } from '../../../kernel/accounts.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { storedOnce } from '../../../store/once.ts'
import type { Store } from '../../../store/store.ts'
import {
  type AuthorizationServer,
  openAuthorizationServer,
} from '../../engine/authorization-server.ts'
import type { ClientSource } from '../../engine/ports.ts'
import { voidInStore } from '../../engine/void-in-store.ts'
import type { ClientMetadata, Resources } from '../../parts.ts'
import { type MachineOptions, machines } from '../machines.ts'
import { newUser } from './world.ts'

/** The authorization server with machines, on a port and a database. */
export interface Scene {
  readonly server: AuthorizationServer
  readonly origin: string
  /** The address of a resource, by its path. */
  readonly mcp: string
  readonly users: Map<string, User>
  readonly agents: Map<string, Agent>
  readonly clients: Map<string, ClientMetadata>
  readonly events: SecurityEvent[]
  /** What other hosts serve. */
  readonly documents: Map<string, JsonObject>
  /** Where requests come from. */
  readonly state: { from: string }
  /** Posts a form to the token endpoint. */
  post(form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Answer>
  /** The claims of an access token of this server. */
  read(token: unknown): Promise<JsonObject>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly body: JsonObject
  readonly headers: Headers
}

export async function openScene(store: Store, more: Partial<MachineOptions> = {}): Promise<Scene> {
  let handle = (_: IncomingMessage, response: ServerResponse): void => void response.end()
  const http = createServer((request, response) => handle(request, response))
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const users = new Map([
    ['owner', newUser('owner')],
    ['alice', newUser('alice')],
  ])
  const agents = new Map<string, Agent>()
  const clients = new Map<string, ClientMetadata>()
  const events: SecurityEvent[] = []
  const documents = new Map<string, JsonObject>()
  const ports = newPorts(store, { users, agents, clients, events })
  const state = { from: '192.0.2.1' }
  const resources = newResources(origin)
  let opened: AuthorizationServer | undefined
  const made = machines({
    ...ports,
    issuer: origin,
    resources,
    now: Date.now,
    ownKeys: async () => (await opened?.keys.list())?.map(({ jwk }) => jwk) ?? [],
    assertionIssuers: [],
    platforms: [],
    fetchDocument: async (url) => {
      const found = documents.get(url)
      const status = found === undefined ? 404 : 200
      return { status, type: 'application/json', text: JSON.stringify(found), maxAge: undefined }
    },
    ...more,
  })
  const server = await openAuthorizationServer({
    ...ports,
    store,
    clock: Date.now,
    randomId: () => randomBytes(18).toString('base64url'),
    sealKey: new Uint8Array(32).fill(7),
    publicOrigin: origin,
    resources,
    agents: made.agents,
    machineGrants: made.grants,
    addressOf: () => state.from,
    log: () => undefined,
  })
  opened = server
  handle = (request, response) => answer(server, origin, request, response)
  return {
    ...{ server, origin, mcp: `${origin}/mcp`, users, agents, clients, events, documents, state },
    post: async (form, headers = {}) => {
      const body = new URLSearchParams(form)
      const response = await fetch(`${origin}/oauth/token`, { method: 'POST', body, headers })
      const json = (await response.json()) as JsonObject
      return { status: response.status, body: json, headers: response.headers }
    },
    read: async (token) => {
      const keys = (await server.keys.list()).map(({ jwk }) => jwk)
      const { payload } = await jwtVerify(
        String(token),
        createLocalJWKSet({ keys: keys as never }),
        { issuer: origin, typ: 'at+jwt', algorithms: ['ES256'] },
      )
      return payload as JsonObject
    },
    close: async () => {
      await server.close()
      http.closeAllConnections()
      await new Promise((done) => http.close(done))
    },
  }
}

interface Maps {
  readonly users: ReadonlyMap<string, User>
  readonly agents: ReadonlyMap<string, Agent>
  readonly clients: ReadonlyMap<string, ClientMetadata>
  readonly events: SecurityEvent[]
}

function newPorts(store: Store, { users, agents, clients, events }: Maps) {
  const principals: Principals = {
    user: async (id) => users.get(id),
    agent: async (id) => agents.get(id),
    seen: () => undefined,
  }
  const source: ClientSource = {
    find: async (id) => clients.get(id),
    trust: () => 'registered',
    vetted: () => true,
    view: (id) => ({ id, name: id, trust: 'registered', host: undefined, digest: id }),
    ceiling: () => ({ resources: undefined, scopes: undefined }),
    mayIntrospect: () => false,
    used: () => undefined,
  }
  return {
    principals,
    clients: source,
    once: storedOnce(store, Date.now),
    isVoid: voidInStore(store, Date.now),
    witness: async (event: SecurityEvent) => void events.push(event),
  }
}

function newResources(origin: string): Resources {
  const all = ['/mcp', '/mcp/docs'].map((path) => ({
    url: `${origin}${path}`,
    aliases: [`${origin.replace('127.0.0.1', 'localhost')}${path}`],
    path,
    tools: [],
  }))
  return {
    fallback: `${origin}/mcp`,
    find: (url) => all.find((one) => one.url === url || one.aliases.includes(url)),
  }
}

/** The endpoints, and what a client needs of the resource to find them (RFC 9728). */
function answer(
  server: AuthorizationServer,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = request.url?.split('?')[0] ?? ''
  const handler = server.routes(path)
  if (handler !== undefined) {
    void handler(request, response)
    return
  }
  if (path !== '/.well-known/oauth-protected-resource/mcp') {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ resource: `${origin}/mcp`, authorization_servers: [origin] }))
}
