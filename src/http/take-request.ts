import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticated, Authenticator, Credentials } from '../kernel/authentication.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import { holderOf, principalOf } from '../kernel/subject.ts'
import type { Endpoint } from '../mcp/exchange.ts'
import { eraOf, isRevision } from '../mcp/revision.ts'
import { endpointOf } from './endpoint.ts'
import { checkHead } from './head.ts'
import { checkNeighbour, type Neighbours } from './host-origin.ts'
import { endLegacySession, openLegacyStream } from './legacy-stream.ts'
import type { Incoming, Site } from './site.ts'
import { takePost } from './take-post.ts'

/** What is checked before anything is read. */
export interface Door {
  readonly authenticator: Authenticator
  /** As clients see it: a proxy may end TLS for us. */
  readonly scheme: 'http' | 'https'
  readonly servers: (name: string) => boolean
  readonly neighbours: Neighbours
  readonly route: (
    path: string,
  ) => ((request: IncomingMessage, response: ServerResponse) => void | Promise<void>) | undefined
  closing: boolean
}

/**
 * Takes one HTTP request from its head on: where it came from, where it goes, who sends it. Only
 * then is its body read.
 *
 * @throws GatewayError for everything that is wrong with it; nothing has been answered then.
 */
export async function takeRequest(
  site: Site,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (door.closing) throw new GatewayError('shutting_down', 'the gateway is shutting down')
  const { headers } = request
  const target = checkHead(request)
  const [path = '', query] = target.includes('?') ? target.split('?', 2) : [target]
  const route = door.route(path)
  // Forms of pages that hide where they came from say `null`; who serves such pages looks closer.
  const origin = route !== undefined && headers.origin === 'null' ? undefined : headers.origin
  checkNeighbour(door.neighbours, headers.host, origin)
  if (route) return route(request, response)
  const endpoint = endpointOf(path)
  if (endpoint === undefined) throw new GatewayError('path_unknown', 'nothing is served here')
  // Queries end in logs, so no client shall get used to sending a token in one.
  if (query !== undefined)
    throw new GatewayError('message_malformed', 'query strings are not taken on this path')
  const credentials = credentialsOf(door, request, path)
  const sender = await door.authenticator.authenticate(credentials)
  checkServer(door, endpoint)
  const incoming = admitted(door, { request, response, endpoint }, credentials, sender)
  if (request.method === 'POST') await takePost(site, incoming)
  else takeOther(site, incoming)
}

function admitted(
  door: Door,
  { request, response, endpoint }: Pick<Incoming, 'request' | 'response' | 'endpoint'>,
  credentials: Credentials,
  { subject, authorization, headers = [] }: Authenticated,
): Incoming {
  for (let index = 0; index < headers.length; index += 2)
    response.setHeader(String(headers[index]), String(headers[index + 1]))
  const sender = { subject, authorization }
  return {
    request,
    response,
    endpoint,
    sender,
    principal: principalOf(subject),
    holder: holderOf(subject, authorization),
    challenge: (error) => door.authenticator.challenge(error, credentials, sender),
  }
}

function credentialsOf(door: Door, request: IncomingMessage, path: string): Credentials {
  const { authorization, dpop, host = '' } = request.headers
  return {
    authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
    method: request.method ?? '',
    origin: `${door.scheme}://${host.toLowerCase()}`,
    path,
  }
}

/** The headers by which a refusal says how to do better; none for what came under a foreign name. */
export function challengeOf(
  door: Door,
  request: IncomingMessage,
  thrown: unknown,
): readonly string[] {
  const error = toGatewayError(thrown)
  const [path = ''] = (request.url ?? '').split('?', 1)
  if (error.code === 'host_refused' || endpointOf(path) === undefined) return []
  return door.authenticator.challenge(error, credentialsOf(door, request, path))
}

/** GET and DELETE, which only sessions have (2026-07-28, Streamable HTTP, "Backward Compatibility"). */
function takeOther(site: Site, incoming: Incoming): void {
  const { method, headers } = incoming.request
  const revision = headers['mcp-protocol-version']
  const modern = isRevision(revision) && eraOf(revision) === 'modern'
  const session = headers['mcp-session-id'] !== undefined && !modern
  if (session && method === 'GET') openLegacyStream(site, incoming)
  else if (session && method === 'DELETE') endLegacySession(site, incoming)
  else throw new GatewayError('verb_refused', 'this path takes POST')
}

function checkServer(door: Door, endpoint: Endpoint): void {
  if (endpoint.kind === 'server' && !door.servers(endpoint.server))
    throw new GatewayError('server_unknown', `no server \`${endpoint.server}\``)
}
