import type { Response } from '../../mcp/message.ts'
import type { Link } from '../../mcp/upstream/link.ts'
import { eitherSignal } from '../waiting.ts'
import { questions } from './questions.ts'
import type { Outgoing } from './speak.ts'

/** Same era, sessions: the request goes out as it is; what the server asks meanwhile, the client answers. */
export function speakLegacy(link: Link, outgoing: Outgoing): Promise<Response> {
  const { exchange, id, method, params, text } = outgoing
  const asked = questions(exchange.conversation, (question, about, withdrawn) => {
    const { signal, forget } = eitherSignal(exchange.cancelled, withdrawn)
    return exchange.ask(question, about, signal).finally(forget)
  })
  return link.request({
    request: { kind: 'request', id, method, params: params },
    ...(text === undefined ? {} : { text }),
    signal: exchange.cancelled,
    timeout: outgoing.timeout,
    onStream: outgoing.stream,
    onNotification: (notification) => {
      if (!asked.withdraws(notification)) outgoing.notify(notification)
    },
    onRequest: asked.take,
  })
}
