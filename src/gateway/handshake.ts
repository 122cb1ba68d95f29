import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import {
  eraOf,
  isRevision,
  META,
  NEWEST_LEGACY,
  REVISIONS,
  type Revision,
} from '../mcp/revision.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { result } from './answer.ts'
import { maskExtensions } from './bridge/capabilities.ts'
import { losslessResult } from './lossless.ts'
import type { Relay } from './relay.ts'
import type { Upstreams } from './upstreams.ts'
import type { VirtualServer } from './virtual.ts'

const ROOF_CAPABILITIES: JsonObject = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
}
const VIRTUAL_CAPABILITIES: JsonObject = { tools: { listChanged: true }, logging: {} }
const ROOF_INSTRUCTIONS =
  'Several servers stand behind this endpoint. Their tools and prompts are named `server__name`. ' +
  'A call that policy denies says so, with the reason and, where there is one, the way forward.'

export interface HandshakeOptions {
  readonly upstreams: Upstreams
  readonly relay: Relay
  readonly version: string
}

/** Answers `initialize` and `server/discover` at the endpoint of one server, with its own claims. */
export async function shakeOne(
  { upstreams, relay }: HandshakeOptions,
  exchange: Exchange,
  server: string,
): Promise<Response> {
  const { request, conversation } = exchange
  if (request.method === 'initialize') {
    const wanted = wantedRevision(request.params)
    const said = (link: Link): JsonObject =>
      link.era === 'legacy' ? initialized(link) : initializedAs(link, wanted)
    return upstreams.use(conversation, server, async (link) => result(request, said(link)), wanted)
  }
  const own = await upstreams.use(conversation, server, async (link) =>
    link.era === 'legacy' ? discovered(link) : undefined,
  )
  if (own) return result(request, own)
  const answer = await relay.forward(exchange, server, 'server/discover')
  if (answer.kind === 'error') return answer
  const { capabilities } = answer.result
  return result(request, {
    ...losslessResult(answer),
    // Whatever the server speaks, at this endpoint every revision can be spoken.
    supportedVersions: [...REVISIONS],
    ...(isObject(capabilities) ? { capabilities: maskExtensions(capabilities) } : {}),
  })
}

/** Answers `initialize` and `server/discover` where all servers stand under one roof. */
export function shakeRoof({ version }: HandshakeOptions, { request }: Exchange): Response {
  const serverInfo = { name: 'bailiwick', title: 'Bailiwick', version }
  const said = { capabilities: ROOF_CAPABILITIES, instructions: ROOF_INSTRUCTIONS }
  if (request.method === 'initialize') {
    return result(request, { protocolVersion: wantedRevision(request.params), serverInfo, ...said })
  }
  return result(request, { ...discoverFrame(serverInfo), ...said })
}

/** Answers `initialize` and `server/discover` for a virtual server: it is the gateway's own. */
export function shakeVirtual(
  { version }: Pick<HandshakeOptions, 'version'>,
  { request }: Exchange,
  { name, instructions }: VirtualServer,
): Response {
  const serverInfo = { name, version }
  const said = {
    capabilities: VIRTUAL_CAPABILITIES,
    ...(instructions === undefined ? {} : { instructions }),
  }
  if (request.method === 'initialize') {
    return result(request, { protocolVersion: wantedRevision(request.params), serverInfo, ...said })
  }
  return result(request, { ...discoverFrame(serverInfo), ...said })
}

/** The revision that a client asked for in `initialize`; the newest legacy one when it is not known. */
function wantedRevision(params: JsonObject | undefined): Revision {
  const wanted = params?.['protocolVersion']
  return isRevision(wanted) && eraOf(wanted) === 'legacy' ? wanted : NEWEST_LEGACY
}

function initialized({ claims }: Link): JsonObject {
  const capabilities = maskExtensions(claims.capabilities)
  return capabilities === claims.capabilities ? claims.result : { ...claims.result, capabilities }
}

function initializedAs({ claims }: Link, wanted: Revision): JsonObject {
  return {
    protocolVersion: wanted,
    capabilities: { ...maskExtensions(claims.capabilities), logging: {} },
    serverInfo: claims.serverInfo,
    ...(claims.instructions === undefined ? {} : { instructions: claims.instructions }),
  }
}

function discovered({ claims }: Link): JsonObject {
  return {
    ...discoverFrame(claims.serverInfo),
    capabilities: maskExtensions(claims.capabilities),
    ...(claims.instructions === undefined ? {} : { instructions: claims.instructions }),
  }
}

function discoverFrame(serverInfo: JsonObject): JsonObject {
  return {
    resultType: 'complete',
    supportedVersions: [...REVISIONS],
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { [META.serverInfo]: serverInfo },
  }
}
