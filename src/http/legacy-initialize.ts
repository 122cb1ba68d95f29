import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Request, Response } from '../mcp/message.ts'
import { eraOf, isRevision, type Revision } from '../mcp/revision.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { callGateway } from './call-gateway.ts'
import { createSession, type Opening } from './session.ts'
import { type Incoming, type Site, sendJson } from './site.ts'

/**
 * Answers `initialize`: begins a session, which exists for the client only once the gateway has
 * answered with a result (2025-11-25, Streamable HTTP, "Session Management"). The session speaks
 * the revision that the result names.
 *
 * @param asked the revision that the client asks for, as far as we speak it.
 * @throws GatewayError `message_malformed` inside a session, `params_invalid`, `too_many_requests`.
 */
export async function initializeLegacy(
  site: Site,
  incoming: Incoming,
  request: Request,
  text: string,
  asked: Revision,
): Promise<void> {
  const { response, principal } = incoming
  if (incoming.request.headers['mcp-session-id'] !== undefined)
    throw new GatewayError('message_malformed', 'this session is initialized already')
  site.sessions.admit(principal)
  const session = createSession(opening(site, incoming, request, asked), site.limits, site.clock)
  const { conversation } = session
  const cancelled = new AbortController()
  const stop = (): void => cancelled.abort()
  const exchange: Exchange = {
    conversation,
    sender: incoming.sender,
    request,
    text,
    headers: {},
    cancelled: cancelled.signal,
    // The answer carries the session's id in its head, so nothing may be sent before it.
    stream: () => {},
    notify: conversation.send,
    ask: refuseAsk,
  }
  response.once('close', stop)
  const answer = await callGateway(site, incoming, exchange, { endless: false, stop })
  response.off('close', stop)
  const revision = agreed(answer)
  if (revision === undefined || response.closed) {
    session.end()
    return sendJson(response, 200, messageText(answer))
  }
  session.settle(revision)
  site.sessions.register(session)
  session.touch()
  sendJson(response, 200, messageText(answer), ['mcp-session-id', conversation.id])
}

function opening(site: Site, incoming: Incoming, request: Request, revision: Revision): Opening {
  const { protocolVersion, capabilities, clientInfo } = (request.params ?? {}) as JsonObject
  if (typeof protocolVersion !== 'string' || !isObject(capabilities) || !isObject(clientInfo))
    throw new GatewayError(
      'params_invalid',
      '`initialize` needs `protocolVersion`, `capabilities` and `clientInfo`',
    )
  return {
    id: site.randomId(),
    endpoint: incoming.endpoint,
    sender: incoming.sender,
    holder: incoming.holder,
    principal: incoming.principal,
    client: {
      name: String(clientInfo['name'] ?? ''),
      version: String(clientInfo['version'] ?? ''),
    },
    capabilities,
    revision,
  }
}

function agreed(answer: Response): Revision | undefined {
  if (answer.kind === 'error') return undefined
  const revision = answer.result['protocolVersion']
  return isLegacy(revision) ? revision : undefined
}

function isLegacy(text: unknown): text is Revision {
  return isRevision(text) && eraOf(text) === 'legacy'
}

function refuseAsk(): Promise<never> {
  const message = 'a client cannot be asked before it is initialized'
  return Promise.reject(new GatewayError('bridge_unsupported', message))
}
