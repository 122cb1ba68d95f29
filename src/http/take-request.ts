import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'
import { principalOf, type Subject } from '../kernel/subject.ts'
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
  readonly authenticate: (header: string | undefined) => Subject
  readonly servers: (name: string) => boolean
  readonly neighbours: Neighbours
  readonly routes: ReadonlyMap<string, (request: IncomingMessage, response: ServerResponse) => void>
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
  checkNeighbour(door.neighbours, headers.host, headers.origin)
  const [path = '', query] = target.includes('?') ? target.split('?', 2) : [target]
  const route = door.routes.get(path)
  if (route) return route(request, response)
  const endpoint = endpointOf(path)
  if (endpoint === undefined) throw new GatewayError('path_unknown', 'nothing is served here')
  // Queries end in logs, so no client shall get used to sending a token in one.
  if (query !== undefined)
    throw new GatewayError('message_malformed', 'query strings are not taken on this path')
  const subject = door.authenticate(headers.authorization)
  checkServer(door, endpoint)
  const incoming = { request, response, endpoint, subject, principal: principalOf(subject) }
  if (request.method === 'POST') await takePost(site, incoming)
  else takeOther(site, incoming)
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
