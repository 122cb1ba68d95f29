import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Notification, Response } from '../mcp/message.ts'
import { paramHeaders } from '../mcp/wire/param-headers.ts'
import { bindingOf } from './approvals/round.ts'
import { maskParams } from './bridge/capabilities.ts'
import { type Outgoing, type Speech, speak } from './bridge/speak.ts'
import { invalidAnnotations } from './known.ts'
import { SERVER_NOTIFICATIONS } from './methods.ts'
import type { PermittedCall } from './permit.ts'
import { asServerSaid } from './server-words.ts'
import { checkUndecided, type Undecided } from './undecided.ts'
import type { Upstreams } from './upstreams.ts'

/**
 * The ways to a server. A call that reads, changes or completes anything needs a permit; what needs
 * none (lists, discovery, a log level) is of a method that is fixed here.
 */
export interface Relay {
  dispatch(call: PermittedCall): Promise<Response>
  /** Passes on the client's own request. @throws GatewayError `params_invalid` and as `dispatch`. */
  forward(exchange: Exchange, server: string, method: Undecided): Promise<Response>
  /** Asks in the gateway's own name, while it answers a request of this client. */
  ask(exchange: Exchange, server: string, method: Undecided, params: JsonObject): Promise<Response>
}

type Part = Omit<Outgoing, 'exchange' | 'timeout' | 'keep'>

const NO_HEADERS: Readonly<Record<string, string>> = {}

/** Makes the relay. See {@link Relay}. */
export function relay(upstreams: Upstreams, speech: Speech): Relay {
  let asked = 0
  const send = async (exchange: Exchange, server: string, part: Part): Promise<Response> => {
    const { conversation, request } = exchange
    const params = maskParams(part.params)
    const text = params === part.params ? part.text : undefined
    const timeout = upstreams.server(server).callTimeout
    const response = await upstreams.use(conversation, server, (link, keep) =>
      speak(speech, link, { ...part, exchange, params, text, timeout, keep }),
    )
    return { ...asServerSaid(response, conversation.era), id: request.id }
  }
  return {
    dispatch(call) {
      const { exchange, server, params } = call.aim
      const { id, method } = exchange.request
      return send(exchange, server, {
        ...own(exchange),
        id,
        method,
        params,
        text: params === exchange.request.params ? exchange.text : undefined,
        headers: () => headersOf(call, upstreams.server(server).transport.kind),
        binding: () => bindingOf(call.request, call.aim),
      })
    },
    async forward(exchange, server, method) {
      const { request, text } = exchange
      if (request.method !== method) throw new GatewayError('internal', 'internal error')
      checkUndecided(method, request.params)
      const params = request.params ?? {}
      return send(exchange, server, { ...own(exchange), id: request.id, method, params, text })
    },
    ask(exchange, server, method, params) {
      asked += 1
      const id = `bailiwick-${asked}`
      return send(exchange, server, {
        id,
        method,
        params,
        text: undefined,
        headers: () => NO_HEADERS,
        binding: () => '',
        notify: () => undefined,
        stream: () => undefined,
      })
    },
  }
}

/** What a client's own request has on its way to a server. */
function own(exchange: Exchange): Pick<Part, 'headers' | 'binding' | 'notify' | 'stream'> {
  return {
    headers: () => NO_HEADERS,
    binding: () => '',
    notify: (notification) => pass(exchange, notification),
    stream: (state) => exchange.stream(state),
  }
}

function pass(exchange: Exchange, notification: Notification): void {
  if (SERVER_NOTIFICATIONS.has(notification.method)) exchange.notify(notification)
}

/**
 * The client's own headers, which were held against its arguments; new ones for a legacy client, and
 * where other arguments leave: for a virtual tool, or without what was taken out of them.
 */
function headersOf(
  { aim, known }: PermittedCall,
  transport: 'stdio' | 'http' | 'sse',
): Readonly<Record<string, string>> {
  const { era } = aim.exchange.conversation
  const own = known.forward === undefined && aim.redacted === undefined
  if (era === 'modern' && own) return aim.exchange.headers
  const expected = known.forwardedHeaders ?? known.paramHeaders
  if (expected.kind === 'valid') return paramHeaders(expected.headers, aim.arguments)
  // Over stdio nobody reads headers, and the annotations may be ignored.
  if (transport === 'stdio') return NO_HEADERS
  throw invalidAnnotations(expected.reason)
}
