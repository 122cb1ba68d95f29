import { toGatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Conversation } from '../../mcp/exchange.ts'
import type { Request, Response } from '../../mcp/message.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { CLIENT_METHODS } from '../methods.ts'
import { maskParams } from './capabilities.ts'
import type { Outgoing } from './speak.ts'

/** Same era, sessions: the request goes out as it is; what the server asks meanwhile, the client answers. */
export function speakLegacy(link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange } = outgoing
  const params = maskParams(outgoing.params)
  const unchanged = params === exchange.request.params && outgoing.id === exchange.request.id
  return link.request({
    request: { kind: 'request', id: outgoing.id, method: outgoing.method, params },
    ...(unchanged ? { text: exchange.text } : {}),
    headers: exchange.headers,
    signal: exchange.cancelled,
    timeout: outgoing.timeout,
    onStream: (state) => {
      if (outgoing.id === exchange.request.id) exchange.stream(state)
    },
    onNotification: outgoing.notify,
    onRequest: (request) =>
      askClient(exchange.conversation, request, (method, params) =>
        exchange.ask(method, params, exchange.cancelled),
      ),
  })
}

/** Passes a server's request on to the client, if the client said that it takes such requests. */
export async function askClient(
  conversation: Conversation,
  request: Request,
  ask: (method: string, params: JsonObject | undefined) => Promise<Response>,
): Promise<Response> {
  const { id, method } = request
  if (method === 'ping') return { kind: 'result', id, result: {} }
  if (!mayAsk(conversation.capabilities, method)) {
    return {
      kind: 'error',
      id,
      error: { code: -32601, message: `the client takes no \`${method}\`` },
    }
  }
  try {
    const answer = await ask(method, request.params)
    return { ...answer, id }
  } catch (thrown) {
    return { kind: 'error', id, error: { code: -32603, message: toGatewayError(thrown).message } }
  }
}

/** Whether a client with these capabilities may be asked this (MUST NOT ask for what is not declared). */
export function mayAsk(capabilities: JsonObject, method: string): boolean {
  const needed = Object.hasOwn(CLIENT_METHODS, method) ? CLIENT_METHODS[method] : undefined
  return needed !== undefined && capabilities[needed] !== undefined
}
