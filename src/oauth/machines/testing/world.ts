import { randomUUID } from 'node:crypto'
import type { Agent, User } from '../../../kernel/accounts.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import type { Once } from '../../../kernel/once.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import { OauthError } from '../../engine/oauth-error.ts'
import type { MachineAnswer, MachineGrant, MachineRequest } from '../../engine/ports.ts'
import type { Issuer, Resource, Resources, TokenRequest } from '../../parts.ts'
import { type MachineOptions, type Machines, machines } from '../machines.ts'
import { newKey, sign, type TestKey } from './keys.ts'

export const ISSUER = 'https://gateway.example'
export const MCP = `${ISSUER}/mcp`
export const DOCS = `${ISSUER}/mcp/docs`
export const ALIAS = 'https://127.0.0.1:7463/mcp'

/** Everything around the machine grants, with parts that tests change. */
export interface World {
  readonly machines: Machines
  readonly users: Map<string, User>
  readonly agents: Map<string, Agent>
  readonly events: SecurityEvent[]
  /** What was asked of the issuer. */
  readonly issued: TokenRequest[]
  /** Grants that are in force. */
  readonly grants: Set<string>
  /** What other hosts serve; a function is asked each time. */
  readonly documents: Map<string, JsonObject | (() => JsonObject)>
  readonly fetched: string[]
  readonly ownKey: TestKey
  /** Milliseconds since the epoch. */
  time: number
  /** Signs an access token of ours; claims that are given replace the usual ones. */
  token(claims?: JsonObject, header?: JsonObject): Promise<string>
  /** Runs a grant type as an authenticated client. */
  ask(
    grantType: string,
    parameters: MachineRequest['parameters'],
    as?: Partial<MachineRequest> & { readonly client?: MachineRequest['client'] },
  ): Promise<MachineAnswer>
}

export function client(id: string, method = 'private_key_jwt'): MachineRequest['client'] {
  return { id, metadata: {}, method }
}

export function newUser(id: string, more: Partial<User> = {}): User {
  const user = { id: id as SubjectId, name: id, status: 'active', groups: [], created: 0 } as const
  return { ...user, ...more }
}

export function newAgent(id: string, more: Partial<Agent> = {}): Agent {
  return {
    id: id as SubjectId,
    name: id,
    owner: 'owner' as SubjectId,
    purpose: 'tests',
    status: 'active',
    groups: [],
    scopes: ['write'],
    mayActForUsers: true,
    keys: [],
    workloads: [],
    created: 0,
    ...more,
  }
}

export const RESOURCES: Resources = {
  find: (url) =>
    [
      { url: MCP, aliases: [ALIAS], path: '/mcp', tools: [] },
      { url: DOCS, aliases: [], path: '/mcp/docs', tools: [] },
    ].find((one: Resource) => one.url === url || one.aliases.includes(url)),
  fallback: MCP,
}

/** Remembers in memory; tests of replay use the database. */
export function plainOnce(): Once {
  const seen = new Set<string>()
  return {
    first: async (key) => {
      const fresh = !seen.has(key)
      seen.add(key)
      return fresh
    },
  }
}

export function newWorld(more: Partial<MachineOptions> = {}): World {
  const users = new Map([
    ['owner', newUser('owner')],
    ['alice', newUser('alice')],
  ])
  const agents = new Map([['bot', newAgent('bot')]])
  const events: SecurityEvent[] = []
  const documents: World['documents'] = new Map()
  const fetched: string[] = []
  const ownKey = newKey()
  const state = { time: Date.now() }
  const { issuer, grants, issued } = newIssuer(() => state.time)
  const made = machines({
    issuer: ISSUER,
    principals: {
      user: async (id) => users.get(id),
      agent: async (id) => agents.get(id),
      seen: () => undefined,
    },
    clients: { ceiling: () => ({ resources: undefined, scopes: undefined }) },
    resources: RESOURCES,
    once: plainOnce(),
    witness: async (event) => void events.push(event),
    ownKeys: async () => [ownKey.jwk],
    isVoid: ({ grant }) => !grants.has(grant),
    assertionIssuers: [],
    platforms: [],
    fetchDocument: async (url) => {
      fetched.push(url)
      const found = documents.get(url)
      const body = typeof found === 'function' ? found() : found
      if (body === undefined) return { status: 404, type: '', text: '', maxAge: undefined }
      const text = JSON.stringify(body)
      return { status: 200, type: 'application/json', text, maxAge: undefined }
    },
    now: () => state.time,
    ...more,
  })
  return {
    machines: made,
    users,
    agents,
    events,
    issued,
    grants,
    documents,
    fetched,
    ownKey,
    get time() {
      return state.time
    },
    set time(value) {
      state.time = value
    },
    token: (claims, header) => ownToken(ownKey, state.time, claims, header),
    ask: (grantType, parameters, as = {}) =>
      grantOf(made, grantType).handle(
        { client: client('bot'), parameters, thumbprint: undefined, from: '192.0.2.1', ...as },
        issuer,
      ),
  }
}

function grantOf(made: Machines, grantType: string): MachineGrant {
  const found = made.grants.find((one) => one.grantType === grantType)
  if (found === undefined) throw new TypeError(`no grant type ${grantType}`)
  return found
}

function ownToken(key: TestKey, time: number, claims: JsonObject = {}, header: JsonObject = {}) {
  const second = Math.floor(time / 1_000)
  return sign(
    key,
    {
      iss: ISSUER,
      aud: MCP,
      sub: 'alice',
      kind: 'user',
      client_id: 'https://client.example/app',
      scope: 'write',
      jti: randomUUID(),
      gid: 'g1',
      via: 'login',
      amr: ['pwd'],
      iat: second,
      exp: second + 300,
      ...claims,
    },
    { typ: 'at+jwt', ...header },
  )
}

/** An issuer that keeps grants as the engine does, and makes tokens of no use. */
function newIssuer(now: () => number) {
  const grants = new Set(['g1'])
  const issued: TokenRequest[] = []
  const issuer: Issuer = {
    issue: async (request) => {
      const grant = request.grant ?? randomUUID()
      if (request.grant !== undefined && !grants.has(request.grant))
        throw new OauthError('invalid_grant', 'the grant is over')
      grants.add(grant)
      issued.push(request)
      const life = Math.min(300_000, request.lifetime ?? 300_000)
      return { token: `token ${issued.length}`, grant, expires: now() + life }
    },
  }
  return { issuer, grants, issued }
}
