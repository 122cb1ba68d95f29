import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FederatedLogin, LoginResult } from '../../../kernel/accounts.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { FreshStore } from '../../../store/testing/fresh-store.ts'
import { noticePage } from '../../pages/notice-page.ts'
import type { Notice } from '../../parts.ts'
import type { FederatedEnd, Return } from '../callback.ts'
import { type Federation, type FederationOptions, openFederation } from '../federation.ts'
import { HEADERS } from '../headers.ts'
import type { ProviderSettings } from '../settings.ts'

/** Our side of a login: federation behind HTTP, and interactions that know their browser by a cookie. */
export interface TestGateway {
  readonly origin: string
  readonly federation: Federation
  readonly logins: readonly FederatedLogin[]
  readonly ends: readonly FederatedEnd[]
  readonly events: readonly SecurityEvent[]
  readonly lines: readonly string[]
  /** Address that begins an interaction in a browser. */
  interaction(uid: string): string
  /** Address that a person takes to log in at a provider. */
  start(uid: string, provider: string): string
  close(): Promise<void>
}

export interface GatewayChoice {
  readonly fresh: FreshStore
  /** Made when the origin is known, because providers have to know the callback. */
  readonly providers: (origin: string) => readonly ProviderSettings[]
  readonly federate?: (login: FederatedLogin) => LoginResult
  readonly clock?: () => number
  readonly fetch?: FederationOptions['fetch']
  readonly witness?: (event: SecurityEvent) => Promise<void>
}

export const SEAL_KEY = new Uint8Array(32).fill(7)

export async function startGateway(choice: GatewayChoice): Promise<TestGateway> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const logins: FederatedLogin[] = []
  const ends: FederatedEnd[] = []
  const events: SecurityEvent[] = []
  const lines: string[] = []
  const federation = openFederation({
    providers: choice.providers(origin),
    accounts: {
      federate: async (login) => {
        logins.push(login)
        return (choice.federate ?? known)(login)
      },
    },
    db: choice.fresh.store.db,
    witness:
      choice.witness ??
      (async (event) => {
        events.push(event)
      }),
    clock: choice.clock ?? Date.now,
    publicOrigin: origin,
    sealKey: SEAL_KEY,
    fetch: choice.fetch ?? ((url, options) => fetch(url, options as RequestInit)),
    log: (line) => lines.push(line),
    show: showNotice,
    finish: async (request, response, end) => {
      if ('uid' in end) requireInteraction(request, end.uid)
      ends.push(end)
      response.writeHead(200).end('done')
    },
  })
  async function begin(url: URL, request: IncomingMessage, response: ServerResponse) {
    const provider = url.searchParams.get('provider') ?? ''
    const returnTo = url.searchParams.get('returnTo')
    const uid = uidOf(url)
    if (returnTo === null) requireInteraction(request, uid)
    const to: Return = returnTo === null ? { uid } : { returnTo }
    await federation.start(request, response, { provider, ...to })
  }
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '', origin)
    const uid = uidOf(url)
    const handler = federation.routes(url.pathname)
    if (handler !== undefined) return void handler(request, response)
    if (url.pathname.endsWith('/begin')) {
      response.setHeader('set-cookie', `interaction=${uid}; Path=/oauth/interaction/${uid}`)
      return void response.writeHead(200).end()
    }
    void begin(url, request, response).catch((error: Error) =>
      response.writeHead(400).end(error.message),
    )
  })
  return {
    origin,
    federation,
    logins,
    ends,
    events,
    lines,
    interaction: (uid) => `${origin}/oauth/interaction/${uid}/begin`,
    start: (uid, provider) => `${origin}/oauth/interaction/${uid}/go?provider=${provider}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function showNotice(response: ServerResponse, notice: Notice): void {
  const { retryAfter } = notice
  response.writeHead(notice.status, {
    ...HEADERS,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) }),
  })
  response.end(String(noticePage(notice).main))
}

function uidOf({ pathname }: URL): string {
  return /^\/oauth\/interaction\/([^/]+)/.exec(pathname)?.[1] ?? ''
}

function known({ provider, subject, name, groups }: FederatedLogin): LoginResult {
  const id = `${provider}|${subject}` as SubjectId
  return { user: { id, name, status: 'active', groups, provider, created: 1 }, methods: ['fed'] }
}

function requireInteraction(request: IncomingMessage, uid: string): void {
  if (!(request.headers.cookie ?? '').split('; ').includes(`interaction=${uid}`))
    throw new GatewayError('interaction_unknown', 'no such interaction in this browser')
}
