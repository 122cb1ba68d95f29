import { toGatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Conversation } from '../../mcp/exchange.ts'
import type { Notification, Request, RequestId, Response } from '../../mcp/message.ts'
import { mayAsk } from './may-ask.ts'
import { refuse } from './refuse.ts'

/** The requests of one legacy server that a client answers, in one place where they come in. */
export interface Questions {
  /** Passes a request on to the client, if the client said that it takes such requests. */
  take(request: Request): Promise<Response>
  /** True for a server's `notifications/cancelled`: it takes one of its own questions back. */
  withdraws(notification: Notification): boolean
}

/**
 * Makes it. A server names its questions by ids of its own, the client sees ids that are minted
 * elsewhere: a cancellation that was passed on as it is would hit another server's question.
 */
export function questions(
  { capabilities }: Pick<Conversation, 'capabilities'>,
  ask: (
    method: string,
    params: JsonObject | undefined,
    withdrawn: AbortSignal,
  ) => Promise<Response>,
): Questions {
  const open = new Map<RequestId, AbortController>()
  return {
    async take(request) {
      const { id, method, params } = request
      if (method === 'ping') return { kind: 'result', id, result: {} }
      if (!mayAsk(capabilities, method, params)) return refuse(request)
      const withdrawn = new AbortController()
      open.set(id, withdrawn)
      try {
        return { ...(await ask(method, params, withdrawn.signal)), id }
      } catch (thrown) {
        const { message } = toGatewayError(thrown)
        return { kind: 'error', id, error: { code: -32603, message } }
      } finally {
        open.delete(id)
      }
    },
    withdraws({ method, params }) {
      if (method !== 'notifications/cancelled') return false
      open.get(params?.['requestId'] as RequestId)?.abort()
      return true
    },
  }
}
