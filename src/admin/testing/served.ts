import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Authenticated, Credentials, Revocation, Sender } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Actor } from '../../kernel/event.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { type Admin, openAdmin } from '../admin.ts'
import type { LiveNews } from '../live/live-news.ts'
import type { Acting, Administration, Grant, Session } from '../ports.ts'
import { canaries } from './canaries.ts'
import { desk, resetDesk } from './desk.ts'
import { flow, resetFlow } from './flow.ts'
import { graph } from './graph.ts'
import { overview } from './overview.ts'
import { evidence, explanations } from './records.ts'
import { resetVault, vault } from './vault.ts'

export const ISSUER = 'https://gate.example'
export const START = 1_790_000_000_000

/** Who sends, by token. */
const SENDERS: Record<string, Authenticated> = {
  owner: sender({ groups: ['owners'] }),
  reader: sender({ groups: ['owners'] }, ['read']),
  everything: sender({ groups: ['owners'] }, ['execute']),
  tool: sender({ groups: ['owners'] }, ['files:read_file', 'offline_access']),
  member: sender({ groups: ['staff', 'owners-of-staff'] }),
  operator: sender({ groups: [], via: 'operator' }),
  agent: sender({ kind: 'agent', groups: ['owners'], via: 'client-credentials' }),
  issued: sender({ kind: 'agent', groups: ['owners'], via: 'operator' }),
  approver: sender({ id: 'ben' as SubjectId, groups: ['approvers'] }),
  auditor: sender({ id: 'cid' as SubjectId, groups: ['auditors'] }),
  runner: sender({ id: 'dee' as SubjectId, groups: ['operators'] }),
  eve: sender({ id: 'eve' as SubjectId, groups: ['staff'] }),
  fleeting: sender({ id: 'gus' as SubjectId, groups: ['owners'] }),
  demoted: sender({ id: 'hal' as SubjectId, groups: ['owners'] }),
  robot: sender({ kind: 'agent', id: 'bot' as SubjectId, groups: ['auditors', 'approvers'] }),
  acted: sender({ groups: ['owners'], actors: ['bot' as SubjectId], via: 'token-exchange' }),
}

/** The same people and programs, by what they are, as the directory knows them at this moment. */
export function changeSender(name: string, groups: readonly string[] | undefined): void {
  const known = SENDERS[name]
  if (known === undefined || groups === undefined) delete SENDERS[name]
  else SENDERS[name] = { ...known, subject: { ...known.subject, groups } }
}

function nameOf({ subject, authorization }: Sender): string {
  const found = Object.entries(SENDERS).find(
    ([, one]) => one.subject.id === subject.id && one.authorization.grant === authorization.grant,
  )
  return found?.[0] ?? ''
}

function listening<T>(all: Set<T>, listener: T): () => void {
  all.add(listener)
  return () => void all.delete(listener)
}

function sender(
  subject: Partial<Authenticated['subject']>,
  scopes: readonly string[] = ['write'],
): Authenticated {
  return {
    subject: {
      kind: 'user',
      id: 'ann' as SubjectId,
      via: 'login',
      groups: [],
      actors: [],
      ...subject,
    },
    authorization: {
      client: 'console',
      clientTrust: 'registered',
      grant: 'g-1',
      scopes,
      bound: false,
      issuer: ISSUER,
      expires: START,
      methods: [],
    },
    headers: ['dpop-nonce', 'fresh'],
  }
}

/** What was asked of the modules and by whom, what the authenticator saw, and the log. */
export const done: unknown[] = []
export const shown: Credentials[] = []
export const logged: string[] = []
/** What the modules fail with, what they list, and how often it was waited for what changed. */
export const behind = {
  broken: undefined as unknown,
  grants: [] as Grant[],
  sessions: [] as Session[],
  settled: 0,
  now: START - 60_000,
}
/** Who listens for news and for revocations, and how long streams stay silent at the longest. */
export const live = {
  news: new Set<(news: LiveNews) => void>(),
  ended: new Set<(revocation: Revocation) => void>(),
}

/** Notes what is asked of it, and answers with what it is told to. */
function modules(by: Actor): Acting {
  const note =
    (name: string, answer: unknown) =>
    async (...args: readonly unknown[]) => {
      done.push([name, ...args, by])
      if (behind.broken !== undefined) throw behind.broken
      return answer
    }
  const ann = {
    id: 'ann',
    name: 'Ann',
    status: 'active',
    groups: [],
    created: START,
    hash: 'secret',
  }
  return {
    users: {
      find: async (id: string) => (id === 'nobody' ? undefined : { ...ann, id }),
      list: note('users.list', { items: [ann], next: 'n-1' }),
      create: note('users.create', ann),
      link: note('users.link', { secret: 's', expires: START }),
      disable: note('users.disable', { user: ann, agents: [] }),
      rename: note('users.rename', ann),
    },
    agents: {
      list: async ({ owner }: { owner?: string }) => ({
        items: owner === 'ann' ? [{ id: 'bot' }] : [],
      }),
    },
    clients: {},
    grants: {
      list: async ({ limit, after }: { limit: number; after?: string }) =>
        behind.grants.filter(({ id }) => after === undefined || id > after).slice(0, limit),
      find: async (id: string) => behind.grants.find((one) => one.id === id),
      revoke: note('grants.revoke', true),
    },
    keys: {},
    sessions: {
      find: async (id: string) => behind.sessions.find((one) => one.id === id),
      list: async ({ user }: { user?: string }) =>
        behind.sessions.filter((one) => user === undefined || one.user === user),
      end: note('sessions.end', true),
    },
  } as unknown as Acting
}

const administration: Administration = {
  issuer: ISSUER,
  actingAs: modules,
  sources: { list: () => [], check: async () => [] },
  approvals: desk,
  records: evidence,
  explanations,
  overview,
  graph,
  reach: { of: () => [] },
  policies: nobody(),
  servers: nobody(),
  definitions: nobody(),
  canaries,
  flow,
  settings: nobody(),
  vault,
  settled: async () => {
    behind.settled += 1
  },
}

/** A port that nobody asks anything. */
function nobody<Port>(): Port {
  return {} as Port
}

let server: Server
/** The administration, as it is served. */
export let admin: Admin
/** Where the API is. */
export let origin: string

/** Serves the API with fakes behind its ports, for the tests of a file. */
export function serveApi(): void {
  beforeAll(async () => {
    admin = openAdmin({
      administration,
      console: {
        get publicOrigin() {
          return origin
        },
        session: async ({ headers }) =>
          SENDERS[/session=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? ''],
      },
      live: {
        source: { subscribe: (listener) => listening(live.news, listener) },
        openStream: (response, onClose) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          response.once('close', onClose)
          return {
            write: ({ event, data }) => response.write(`event: ${event}\ndata: ${data}\n\n`),
            end: () => response.end(),
          }
        },
        onEnded: (listener) => listening(live.ended, listener),
        every: 50,
        again: async (sender) => SENDERS[nameOf(sender)],
        clock: () => behind.now,
      },
      authenticator: {
        authenticate(credentials) {
          shown.push(credentials)
          const token = credentials.authorization?.slice('Bearer '.length) ?? ''
          const known = SENDERS[token]
          if (known === undefined) throw new GatewayError('token_invalid', 'the token is not valid')
          return known
        },
        challenge: ({ code }) => (code === 'token_invalid' ? ['www-authenticate', 'Bearer x'] : []),
      },
      scheme: 'https',
      randomId: () => 'request-1',
      log: (line) => logged.push(line),
    })
    server = createServer((request, response) => {
      const [path = ''] = (request.url ?? '').split('?')
      const handler = admin.routes(path)
      if (handler === undefined) response.writeHead(418).end()
      else void handler(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  beforeEach(() => {
    for (const list of [done, shown, logged]) list.length = 0
    Object.assign(behind, { broken: undefined, grants: [], sessions: [], settled: 0 })
    behind.now = START - 60_000
    resetDesk()
    resetFlow()
    resetVault()
  })
}

export interface Asked {
  /** Whose token; undefined for none. */
  readonly as?: string | undefined
  readonly body?: unknown
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends one request. */
export async function ask(method: string, path: string, asked: Asked = {}) {
  const { body, raw, headers } = asked
  const as = 'as' in asked ? asked.as : 'owner'
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(`${origin}/admin/api/v1${path}`, {
    method,
    headers: {
      ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const type = response.headers.get('content-type')
  return {
    url: response.url,
    status: response.status,
    type,
    headers: response.headers,
    json: JSON.parse(await response.text()),
  }
}
