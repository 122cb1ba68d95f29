import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HeardServer, listenAndHear } from './heard.ts'

/** How an authorization server is not what it should be. */
export interface Oddity {
  /** Fields of its metadata in place of the good ones; undefined takes one out. */
  readonly metadata?: (origin: string) => Readonly<Record<string, unknown>>
  /** What `iss` is in its answers, in place of its own; undefined says none. */
  readonly iss?: (origin: string) => string | undefined
  /** Answers to token requests. */
  readonly tokens?: object
  /** What metadata is preceded by, such as a lot of nothing. */
  readonly padding?: string
}

/** Starts an authorization server that believes everybody, and is good but for its oddity. */
export function startOddIssuer(oddity: Oddity): Promise<HeardServer> {
  return listenAndHear((origin) => (request, response) => answer(oddity, origin, request, response))
}

function answer(
  { metadata = () => ({}), iss = (own) => own, tokens, padding = '' }: Oddity,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', origin)
  const json = (body: object, before = ''): void => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(before + JSON.stringify(body))
  }
  request.resume()
  if (url.pathname.startsWith('/.well-known/'))
    json({ ...good(origin), ...metadata(origin) }, padding)
  else if (url.pathname === '/authorize') {
    const back = new URL(url.searchParams.get('redirect_uri') ?? origin)
    back.searchParams.set('code', 'a code')
    back.searchParams.set('state', url.searchParams.get('state') ?? '')
    const said = iss(origin)
    if (said !== undefined) back.searchParams.set('iss', said)
    response.writeHead(302, { location: back.href }).end()
  } else if (url.pathname === '/register')
    json({ client_id: 'a client', token_endpoint_auth_method: 'none' })
  else if (url.pathname === '/token')
    json(tokens ?? { access_token: 'a token of an odd issuer', token_type: 'Bearer' })
  else response.writeHead(404).end()
}

function good(origin: string): object {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  }
}
