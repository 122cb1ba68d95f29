import { canonicalJson } from '../kernel/canonical-json.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Notification, RequestId, Response } from '../mcp/message.ts'
import { type Outgoing, type Speech, speak } from './bridge/speak.ts'
import { SERVER_NOTIFICATIONS } from './methods.ts'
import type { PermittedCall } from './permit.ts'
import type { Upstreams } from './upstreams.ts'

/**
 * The two ways to a server. A call that reads, changes or completes anything needs a permit;
 * what needs none (lists, discovery, a log level) goes by `ask`, whose methods are fixed here.
 */
export interface Relay {
  dispatch(call: PermittedCall): Promise<Response>
  ask(exchange: Exchange, server: string, method: Undecided, params: JsonObject): Promise<Response>
}

/** Methods that reach a server undecided. They carry no data of the user's to it. */
export type Undecided =
  | 'tools/list'
  | 'prompts/list'
  | 'resources/list'
  | 'resources/templates/list'
  | 'server/discover'
  | 'logging/setLevel'

export function relay(upstreams: Upstreams, speech: Speech): Relay {
  let asked = 0
  const send = async (
    exchange: Exchange,
    server: string,
    id: RequestId,
    method: string,
    params: JsonObject,
    binding: () => string,
  ): Promise<Response> => {
    const own = id === exchange.request.id
    const outgoing: Outgoing = {
      exchange,
      id,
      method,
      params,
      timeout: upstreams.server(server).callTimeout,
      binding,
      notify: own ? (notification) => pass(exchange, notification) : () => undefined,
    }
    const response = await upstreams.use(exchange.conversation, server, (link) =>
      speak(speech, link, outgoing),
    )
    return response.id === exchange.request.id ? response : { ...response, id: exchange.request.id }
  }
  return {
    dispatch({ aim }) {
      const { exchange, server, params } = aim
      const { id, method } = exchange.request
      return send(exchange, server, id, method, params, () => bindingOf(aim))
    },
    ask(exchange, server, method, params) {
      const own = method === exchange.request.method && params === exchange.request.params
      asked += 1
      const id = own ? exchange.request.id : `bailiwick-${asked}`
      return send(exchange, server, id, method, params, () => '')
    },
  }
}

function pass(exchange: Exchange, notification: Notification): void {
  if (SERVER_NOTIFICATIONS.has(notification.method)) exchange.notify(notification)
}

/** What a `requestState` is bound to: who asks which server for exactly what. */
function bindingOf({
  exchange,
  server,
  kind,
  name,
  arguments: args,
}: PermittedCall['aim']): string {
  const { subject } = exchange.conversation
  const { method } = exchange.request
  return canonicalJson({ subject: subject.id, server, method, kind, name, args })
}
