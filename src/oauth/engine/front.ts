import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '../../kernel/json.ts'
import type { Handler, Routes } from '../parts.ts'
import { isUnavailable } from './library-errors.ts'
import { OauthError } from './oauth-error.ts'
import type { Settings } from './options.ts'
import { PATHS } from './paths.ts'
import { pendingRequests } from './pending-requests.ts'
import { pinned, pinnedWithBody } from './pinned-request.ts'
import { readForm, readJsonObject } from './read-body.ts'

/** Milliseconds after which a request that has no answer gets one. */
const PATIENCE = 30_000
/** Where a request begins that waits for a person. */
const BEGINNINGS: ReadonlySet<string> = new Set([PATHS.authorize, PATHS.par])

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>
type Kind = 'document' | 'browser' | 'form' | 'registration'

/**
 * The endpoints, each behind the checks that the library leaves to us: exactly our host, one method,
 * one media type, a bounded body, no parameter twice, an end to waiting.
 */
export function createRoutes(settings: Settings, library: Answer): Routes {
  const kinds = new Map<string, Kind>([
    [PATHS.metadata, 'document'],
    [PATHS.openidMetadata, 'document'],
    [PATHS.jwks, 'document'],
    [PATHS.authorize, 'browser'],
    [PATHS.token, 'form'],
    [PATHS.par, 'form'],
    [PATHS.revoke, 'form'],
    [PATHS.introspect, 'form'],
  ])
  if (settings.clients.registration !== undefined) kinds.set(PATHS.register, 'registration')
  const begin = pendingRequests(settings)
  const beginning =
    (answer: Answer): Answer =>
    async (request, response) => {
      begin(settings.addressOf(request))
      await answer(request, response)
    }
  const answers: Record<Kind, Answer> = {
    document: pass(settings, library),
    browser: browse(settings, library),
    form: submit(settings, library),
    registration: register(settings),
  }
  return (path) => {
    const kind = path.startsWith(`${PATHS.authorize}/`) ? 'browser' : kinds.get(path)
    if (kind === undefined) return undefined
    const answer = BEGINNINGS.has(path) ? beginning(answers[kind]) : answers[kind]
    return guard(settings, kind, answer)
  }
}

/** Wraps other handlers of this server in the same checks of where a request came to. */
export function protect(settings: Settings): (handler: Handler) => Handler {
  const { host } = new URL(settings.publicOrigin)
  return (handler) => async (request, response) => {
    if (isOurs(host, request)) return handler(request, response)
    refuseHost(response)
  }
}

function guard(settings: Settings, kind: Kind, answer: Answer): Handler {
  const { host } = new URL(settings.publicOrigin)
  const posted = kind === 'form' || kind === 'registration'
  const methods = posted ? ['POST', 'OPTIONS'] : kind === 'browser' ? ['GET'] : ['GET', 'OPTIONS']
  return async (request, response) => {
    if (!isOurs(host, request)) return refuseHost(response)
    setHeaders(response, kind)
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('allow', methods.join(', '))
      return refuse(
        settings,
        response,
        new OauthError('invalid_request', 'wrong method', { status: 405 }),
      )
    }
    const timer = setTimeout(
      () =>
        refuse(
          settings,
          response,
          new OauthError('temporarily_unavailable', 'not answered in time', { status: 503 }),
        ),
      PATIENCE,
    )
    try {
      await answer(request, response)
    } catch (error) {
      refuse(settings, response, error)
    } finally {
      clearTimeout(timer)
      // Whoever still sends is not listened to.
      if (!request.complete) response.once('finish', () => request.destroy())
    }
  }
}

function isOurs(host: string, { headers, url, rawHeaders }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name))
  return headers.host === host && hosts.length === 1 && url?.startsWith('/') === true
}

function setHeaders(response: ServerResponse, kind: Kind): void {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cache-control', kind === 'document' ? 'public, max-age=60' : 'no-store')
  if (kind === 'document') return
  response.setHeader('pragma', 'no-cache')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
}

function pass(settings: Settings, library: Answer): Answer {
  return async (request, response) => {
    const headers = { ...request.headers, accept: 'application/json' }
    const asked = Object.create(request, { headers: { value: headers } })
    await library(pinned(settings, asked), response)
  }
}

function browse(settings: Settings, library: Answer): Answer {
  return async (request, response) => {
    const query = new URLSearchParams(request.url?.split('?').slice(1).join('?') ?? '')
    // Other modes would put the code where scripts or servers of third parties see it.
    if (query.getAll('response_mode').some((mode) => mode !== 'query'))
      return settings.showProblem(request, response, {
        status: 400,
        code: 'unsupported_response_mode',
        message: 'only `query` is supported',
        requestId: settings.randomId(),
      })
    await library(pinned(settings, request), response)
  }
}

function submit(settings: Settings, library: Answer): Answer {
  const repeated = new Set(
    (settings.machineGrants ?? []).flatMap(({ duplicates }) => [...(duplicates ?? [])]),
  )
  return async (request, response) => {
    if (request.method === 'OPTIONS') return pass(settings, library)(request, response)
    const path = request.url?.split('?')[0]
    if (request.url !== path)
      throw new OauthError('invalid_request', 'parameters belong in the body')
    let form = await readForm(request, path === PATHS.token ? repeated : new Set())
    const mode = form.get('response_mode')
    if (mode !== null && mode !== 'query')
      throw new OauthError('invalid_request', 'only `response_mode` `query` is supported')
    const { agents } = settings
    if (path === PATHS.token && agents?.vouch !== undefined)
      form = await agents.vouch(form, settings.addressOf(request))
    const again = pinnedWithBody(settings, request, form.toString())
    again.headers['accept'] = 'application/json'
    await library(again, response)
  }
}

function register(settings: Settings): Answer {
  return async (request, response) => {
    const { registration } = settings.clients
    if (registration === undefined) throw new OauthError('invalid_request', 'registration is off')
    allowLocalPages(request, response)
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end()
      return
    }
    registration.admit(request)
    const metadata = (await readJsonObject(request)) as JsonObject
    sendJson(response, 201, await registration.register(request, metadata))
  }
}

/** Tools that run as pages on this machine may register; any other page could do so unseen. */
function allowLocalPages({ headers }: IncomingMessage, response: ServerResponse): void {
  const { origin } = headers
  response.setHeader('vary', 'Origin')
  if (
    origin === undefined ||
    !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(origin)
  )
    return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', 'POST')
  response.setHeader('access-control-allow-headers', 'content-type, mcp-protocol-version')
}

function refuseHost(response: ServerResponse): void {
  sendJson(response, 421, {
    error: 'invalid_request',
    error_description: 'this server has another name',
  })
}

/** Answers with an RFC error; one that nobody planned says nothing but its number. */
function refuse({ log, randomId }: Settings, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return
  if (error instanceof OauthError) {
    if (error.retryAfter !== undefined) response.setHeader('retry-after', error.retryAfter)
    if (error.status >= 400) response.setHeader('connection', 'close')
    sendJson(response, error.status, { error: error.code, error_description: error.message })
    return
  }
  const id = randomId()
  log(`oauth: request ${id} failed: ${error instanceof Error ? error.message : 'unknown'}`)
  const unavailable = isUnavailable(error)
  sendJson(response, unavailable ? 503 : 500, {
    error: unavailable ? 'temporarily_unavailable' : 'server_error',
    error_description: `not done; request ${id}`,
  })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
