import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Notification, Request, Response } from '../message.ts'
import {
  eraOf,
  isRevision,
  META,
  NEWEST_LEGACY,
  NEWEST_MODERN,
  OLDEST_REVISION,
  type Revision,
} from '../revision.ts'
import { upstreamFailure } from './failure.ts'
import type { ClientFace, LinkListener, Outbound, ServerClaims } from './link.ts'
import { metaOf } from './renumber.ts'

/** What a link asks of a server before anyone else does. */
export interface Opening {
  readonly server: string
  readonly face: ClientFace
  readonly listener: LinkListener
}

/** What `server/discover` taught about the server's era (2026-07-28, basic/versioning). */
export type Verdict =
  | { readonly era: 'modern'; readonly claims: ServerClaims }
  /** Not modern. `revision` is what the server said it speaks, if it did. */
  | { readonly era: 'legacy'; readonly revision: Revision | undefined }

// 2026-07-28, basic, "Error Codes": only a modern server knows these.
const UNSUPPORTED_VERSION = -32022
const BEFORE_OLDEST = '2024-11-05'
const MODERN_ERRORS: readonly number[] = [-32020, -32021, UNSUPPORTED_VERSION]

/** True for an error that only a modern server sends: no reason to fall back to `initialize`. */
export function isModernError(response: Response): boolean {
  return response.kind === 'error' && MODERN_ERRORS.includes(response.error.code)
}

/** The `_meta` members that a modern server wants with every request (2026-07-28, basic). */
export function clientEnvelope(face: ClientFace): JsonObject {
  return {
    [META.protocolVersion]: NEWEST_MODERN,
    [META.clientInfo]: face.clientInfo,
    [META.clientCapabilities]: face.capabilities,
  }
}

/** The `server/discover` request, which is also the probe for the era. */
export function discoverRequest(face: ClientFace): Request {
  const _meta = clientEnvelope(face)
  return { kind: 'request', id: 'discover', method: 'server/discover', params: { _meta } }
}

/** The legacy `initialize` request (2025-11-25, basic/lifecycle). */
export function initializeRequest(face: ClientFace, revision: Revision): Request {
  const params = {
    protocolVersion: revision,
    capabilities: face.capabilities,
    clientInfo: face.clientInfo,
  }
  return { kind: 'request', id: 'initialize', method: 'initialize', params }
}

/** Ends the legacy handshake. */
export const INITIALIZED: Notification = {
  kind: 'notification',
  method: 'notifications/initialized',
  params: undefined,
}

/** A handshake's request as an outbound: nobody cancels it, and what it stirs up goes to the listener. */
export function ownOutbound(request: Request, opening: Opening, timeout: number): Outbound {
  const { onNotification, onRequest } = opening.listener
  return { request, signal: new AbortController().signal, timeout, onNotification, onRequest }
}

/**
 * Reads the answer to `server/discover`.
 *
 * @throws GatewayError `upstream_malformed` when the server is modern but no revision is shared,
 *   or it refuses the probe itself.
 */
export function readDiscover(response: Response, server: string): Verdict {
  if (response.kind === 'error') {
    if (!isModernError(response)) return { era: 'legacy', revision: undefined }
    const supported = response.error.code === UNSUPPORTED_VERSION ? response.error.data : undefined
    const revision = newestLegacy(isObject(supported) ? supported['supported'] : undefined)
    if (revision !== undefined) return { era: 'legacy', revision }
    throw upstreamFailure(
      'upstream_malformed',
      server,
      `a modern server refused the probe with ${response.error.code}`,
    )
  }
  const { result } = response
  const versions = result['supportedVersions']
  if (!includes(versions, NEWEST_MODERN)) {
    const revision = newestLegacy(versions)
    if (revision !== undefined) return { era: 'legacy', revision }
    throw upstreamFailure('upstream_malformed', server, 'no protocol revision is shared')
  }
  const serverInfo = metaOf(result)[META.serverInfo]
  return { era: 'modern', claims: claimsOf(NEWEST_MODERN, result, serverInfo, server) }
}

/**
 * Reads the answer to `initialize`.
 *
 * @throws GatewayError `upstream_unreachable` for an error answer, `upstream_malformed` for a result
 *   that is none, or for a revision that Bailiwick does not speak.
 */
export function readInitialize(response: Response, server: string): ServerClaims {
  if (response.kind === 'error') {
    const { code, message } = response.error
    throw upstreamFailure(
      'upstream_unreachable',
      server,
      `initialize was refused: ${code} ${message}`,
    )
  }
  const result = atLeastOldest(response.result)
  const revision = result['protocolVersion']
  if (!isRevision(revision) || eraOf(revision) !== 'legacy') {
    const detail = `initialize was answered with revision ${JSON.stringify(revision)}`
    throw upstreamFailure('upstream_malformed', server, detail)
  }
  return claimsOf(revision, result, result['serverInfo'], server)
}

/**
 * Many servers still answer with 2024-11-05, which differs from 2025-03-26 in nothing that a link
 * or a client relies on: what is new there is announced by capabilities, or is the transport's.
 */
function atLeastOldest(result: JsonObject): JsonObject {
  return result['protocolVersion'] === BEFORE_OLDEST
    ? { ...result, protocolVersion: OLDEST_REVISION }
    : result
}

/** The revision to ask for in `initialize`. */
export function legacyRevision(asked: Revision | 'auto' | 'legacy'): Revision {
  return asked === 'auto' || asked === 'legacy' ? NEWEST_LEGACY : asked
}

function claimsOf(
  revision: Revision,
  result: JsonObject,
  serverInfo: JsonObject[string],
  server: string,
): ServerClaims {
  const capabilities = result['capabilities']
  if (!isObject(capabilities))
    throw upstreamFailure('upstream_malformed', server, 'the handshake names no capabilities')
  const instructions = result['instructions']
  return {
    revision,
    capabilities,
    serverInfo: isObject(serverInfo) ? serverInfo : {},
    instructions: typeof instructions === 'string' ? instructions : undefined,
    result,
  }
}

function includes(versions: JsonObject[string], revision: Revision): boolean {
  return Array.isArray(versions) && versions.includes(revision)
}

function newestLegacy(versions: JsonObject[string]): Revision | undefined {
  if (!Array.isArray(versions)) return undefined
  return versions
    .filter(isRevision)
    .filter((revision) => eraOf(revision) === 'legacy')
    .sort()
    .at(-1)
}
