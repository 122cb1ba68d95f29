import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { User } from '../../../kernel/accounts.ts'
import type { Revocation } from '../../../kernel/authentication.ts'
import { toGatewayError } from '../../../kernel/errors.ts'
import type { SecurityEvent } from '../../../kernel/event.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { Store } from '../../../store/store.ts'
import type { ClientMetadata, Interaction } from '../../parts.ts'
import { type AuthorizationServer, openAuthorizationServer } from '../authorization-server.ts'
import type { AuthorizationServerOptions } from '../options.ts'
import { Browser, type Page, send } from './browser.ts'
import { fakeClients, fakePrincipals, fakeResources, person } from './fakes.ts'

/** What people answer, in tests. */
export interface Answers {
  user: string
  /** Undefined: declines. */
  consent: ((interaction: Interaction) => readonly string[]) | undefined
  remember: boolean
}

export interface TestServer {
  readonly server: AuthorizationServer
  /** Its name. */
  readonly origin: string
  /** Where it listens: of two processes under one name, one is elsewhere. */
  readonly at: string
  readonly resource: string
  readonly clients: Map<string, ClientMetadata>
  readonly users: Map<string, User>
  readonly events: SecurityEvent[]
  readonly revoked: Revocation[]
  readonly log: string[]
  readonly answers: Answers
  /** Interactions that people saw, newest last. */
  readonly seen: Interaction[]
  readonly clock: { offset: number }
  close(): Promise<void>
}

export const REDIRECT = 'http://127.0.0.1:7777/callback'
export const PUBLIC_CLIENT: ClientMetadata = {
  client_id: 'app',
  client_name: 'App',
  application_type: 'native',
  redirect_uris: [REDIRECT],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
}

/** An authorization server on a free port, whose people answer at once. */
export async function startServer(
  store: Store,
  options: Partial<AuthorizationServerOptions> & { readonly port?: number } = {},
): Promise<TestServer> {
  let handle = (_: IncomingMessage, response: ServerResponse): void => void response.end()
  const http = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const at = `http://127.0.0.1:${port}`
  const origin = options.publicOrigin ?? at
  const clients = new Map<string, ClientMetadata>([['app', PUBLIC_CLIENT]])
  const users = new Map([
    ['ann', person('ann')],
    ['bob', person('bob')],
  ])
  const events: SecurityEvent[] = []
  const revoked: Revocation[] = []
  const log: string[] = []
  const clock = { offset: 0 }
  const answers: Answers = { user: 'ann', consent: ({ scopes }) => scopes, remember: false }
  const seen: Interaction[] = []
  const server = await openAuthorizationServer({
    store,
    clock: () => Date.now() + clock.offset,
    randomId: () => randomBytes(18).toString('base64url'),
    witness: async (event) => void events.push(event),
    sealKey: new Uint8Array(32).fill(7),
    publicOrigin: origin,
    resources: fakeResources(origin, `http://localhost:${port}`),
    clients: fakeClients(clients),
    principals: fakePrincipals(users),
    onRevoked: (changes) => void revoked.push(...changes),
    log: (line) => void log.push(line),
    ...options,
  })
  const page = scriptedPage(server, answers, seen)
  handle = (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const handler = path.startsWith('/oauth/interaction/')
      ? page
      : (server.routes(path) ?? accountPage(server, answers, path))
    if (handler === undefined) response.writeHead(404).end()
    else void handler(request, response)
  }
  return {
    server,
    origin,
    at,
    resource: `${origin}/mcp`,
    clients,
    users,
    events,
    revoked,
    log,
    answers,
    seen,
    clock,
    close: async () => {
      await server.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function scriptedPage(
  { interactions }: AuthorizationServer,
  answers: Answers,
  seen: Interaction[],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const interaction = await interactions.find(request, response)
      seen.push(interaction)
      if (interaction.prompt === 'login')
        await interactions.login(request, response, {
          user: answers.user as SubjectId,
          methods: ['pwd'],
        })
      else if (answers.consent === undefined) await interactions.decline(request, response)
      else
        await interactions.consent(request, response, {
          scopes: answers.consent(interaction),
          remember: answers.remember,
        })
    } catch (error) {
      response.writeHead(400).end(toGatewayError(error).code)
    }
  }
}

/** What a person does outside any authorization: `/account/sign-in`, `/account`, `/account/logout`. */
function accountPage(
  { interactions, protect }: AuthorizationServer,
  answers: Answers,
  path: string,
) {
  if (!path.startsWith('/account')) return undefined
  return protect(async (request, response) => {
    if (path === '/account/sign-in')
      await interactions.signIn(request, response, {
        user: answers.user as SubjectId,
        methods: ['pwd'],
      })
    if (path === '/account/logout') await interactions.logout(request, response)
    const session = path === '/account' ? await interactions.session(request, response) : undefined
    response.end(JSON.stringify(session ?? {}))
  })
}

/** A client's side of one authorization. */
export interface Flow {
  readonly verifier: string
  readonly url: string
}

export function authorizeUrl(
  { origin, resource }: Pick<TestServer, 'origin' | 'resource'>,
  changes: Record<string, string | undefined> = {},
): Flow {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = {
    client_id: 'app',
    response_type: 'code',
    redirect_uri: REDIRECT,
    resource,
    scope: 'read offline_access',
    state: 'st%+ä',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { verifier, url: `${origin}/oauth/authorize?${new URLSearchParams(given)}` }
}

/** Goes through login and consent up to the redirect to the client. */
export async function authorize(
  server: TestServer,
  changes: Record<string, string | undefined> = {},
  browser: Browser = new Browser(server.origin),
): Promise<{
  readonly code: string
  readonly verifier: string
  readonly callback: URL
  readonly page: Page
}> {
  const { verifier, url } = authorizeUrl(server, changes)
  const page = await browser.open(url)
  const callback = new URL(page.url)
  return { code: callback.searchParams.get('code') ?? '', verifier, callback, page }
}

export interface TokenAnswer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Page['headers']
}

/** Posts a form and reads JSON. */
export async function post(
  { origin, at }: Pick<TestServer, 'origin' | 'at'>,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const page = await send(`${at}${path}`, {
    method: 'POST',
    headers: {
      host: new URL(origin).host,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams(form).toString(),
  })
  return {
    status: page.status,
    body: page.text === '' ? {} : JSON.parse(page.text),
    headers: page.headers,
  }
}

export function redeem(
  server: Pick<TestServer, 'origin' | 'at'>,
  { code, verifier }: { readonly code: string; readonly verifier: string },
  changes: Record<string, string> = {},
): Promise<TokenAnswer> {
  return post(server, '/oauth/token', {
    grant_type: 'authorization_code',
    client_id: 'app',
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT,
    ...changes,
  })
}

export function refresh(
  server: Pick<TestServer, 'origin' | 'at'>,
  token: unknown,
  changes: Record<string, string> = {},
): Promise<TokenAnswer> {
  return post(server, '/oauth/token', {
    grant_type: 'refresh_token',
    client_id: 'app',
    refresh_token: String(token),
    ...changes,
  })
}
