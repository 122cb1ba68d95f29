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
import { pageOf } from './connect/answer.ts'
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
  readonly catalog: Introducing
  readonly version: string
}

/** What a server says of itself to models and people. */
export interface Introduction {
  readonly serverInfo: JsonObject
  readonly instructions: string | undefined
}

export interface Introducing {
  /**
   * Takes note of what a server says of itself, and gives what of it may be passed on: instructions that
   * nobody approved are left out, and the name that the operator gave it stands for its own.
   *
   * @throws GatewayError `store_unavailable`.
   */
  introduce(server: string, said: Introduction): Promise<Introduction>
}

/**
 * Answers `initialize` and `server/discover` at the endpoint of one server, with its own claims. Where its
 * subject has to connect first, the gateway answers for it: so that a client comes as far as to be told.
 */
export async function shakeOne(
  options: HandshakeOptions,
  exchange: Exchange,
  server: string,
): Promise<Response> {
  try {
    return await shakeServer(options, exchange, server)
  } catch (thrown) {
    const page = pageOf(thrown)
    if (page === undefined) throw thrown
    const { message, url } = page
    const said = { capabilities: ROOF_CAPABILITIES, instructions: `${message} ${url}` }
    return answerAs({ name: server, version: options.version }, exchange, said)
  }
}

async function shakeServer(
  { upstreams, relay, catalog }: HandshakeOptions,
  exchange: Exchange,
  server: string,
): Promise<Response> {
  const { request, conversation } = exchange
  const introduced = async ({ claims }: Link): Promise<Introduction> =>
    catalog.introduce(server, claims)
  if (request.method === 'initialize') {
    const wanted = wantedRevision(request.params)
    return upstreams.use(
      conversation,
      server,
      async (link) => {
        const said = await introduced(link)
        return result(
          request,
          link.era === 'legacy' ? initialized(link, said) : initializedAs(link, said, wanted),
        )
      },
      wanted,
    )
  }
  const own = await upstreams.use(conversation, server, async (link) =>
    link.era === 'legacy' ? discovered(link, await introduced(link)) : undefined,
  )
  if (own) return result(request, own)
  const answer = await relay.forward(exchange, server, 'server/discover')
  if (answer.kind === 'error') return answer
  const { capabilities } = answer.result
  const introduction = await catalog.introduce(server, saidIn(answer.result))
  return result(request, {
    ...introducedBy(losslessResult(answer), introduction),
    // Whatever the server speaks, at this endpoint every revision can be spoken.
    supportedVersions: [...REVISIONS],
    ...(isObject(capabilities) ? { capabilities: maskExtensions(capabilities) } : {}),
  })
}

/** What a modern server says of itself (2026-07-28, server/discover). */
function saidIn({ _meta, instructions }: JsonObject): Introduction {
  const info = isObject(_meta) ? _meta[META.serverInfo] : undefined
  return {
    serverInfo: isObject(info) ? info : {},
    instructions: typeof instructions === 'string' ? instructions : undefined,
  }
}

/** The answer of a modern server, with what may be passed on of what it says of itself. */
function introducedBy(answer: JsonObject, { serverInfo, instructions }: Introduction): JsonObject {
  const { instructions: _, _meta, ...others } = answer
  return {
    ...others,
    _meta: { ...(isObject(_meta) ? _meta : {}), [META.serverInfo]: serverInfo },
    ...(instructions === undefined ? {} : { instructions }),
  }
}

/** Answers `initialize` and `server/discover` where all servers stand under one roof. */
export function shakeRoof({ version }: HandshakeOptions, { request }: Exchange): Response {
  const serverInfo = { name: 'bailiwick', title: 'Bailiwick', version }
  const said = { capabilities: ROOF_CAPABILITIES, instructions: ROOF_INSTRUCTIONS }
  return answerAs(serverInfo, { request }, said)
}

/** What the gateway says in the name of a server, or of all. */
function answerAs(
  serverInfo: JsonObject,
  { request }: Pick<Exchange, 'request'>,
  said: JsonObject,
): Response {
  if (request.method === 'initialize')
    return result(request, { protocolVersion: wantedRevision(request.params), serverInfo, ...said })
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
  return answerAs(serverInfo, { request }, said)
}

/** The revision that a client asked for in `initialize`; the newest legacy one when it is not known. */
function wantedRevision(params: JsonObject | undefined): Revision {
  const wanted = params?.['protocolVersion']
  return isRevision(wanted) && eraOf(wanted) === 'legacy' ? wanted : NEWEST_LEGACY
}

function initialized({ claims }: Link, said: Introduction): JsonObject {
  const { instructions, ...others } = claims.result
  const capabilities = maskExtensions(claims.capabilities)
  const same = claims.result['serverInfo'] === said.serverInfo && instructions === said.instructions
  if (same && capabilities === claims.capabilities) return claims.result
  return { ...others, capabilities, ...introducing(said) }
}

function initializedAs({ claims }: Link, said: Introduction, wanted: Revision): JsonObject {
  return {
    protocolVersion: wanted,
    capabilities: { ...maskExtensions(claims.capabilities), logging: {} },
    ...introducing(said),
  }
}

function discovered({ claims }: Link, { serverInfo, instructions }: Introduction): JsonObject {
  return {
    ...discoverFrame(serverInfo),
    capabilities: maskExtensions(claims.capabilities),
    ...(instructions === undefined ? {} : { instructions }),
  }
}

function introducing({ serverInfo, instructions }: Introduction): JsonObject {
  return { serverInfo, ...(instructions === undefined ? {} : { instructions }) }
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
