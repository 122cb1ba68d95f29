import { ERRORS, toGatewayError } from '../../kernel/errors.ts'
import type { Notification, Request, RequestId, Response } from '../message.ts'

/** Who answers a server's request, and hears when the server takes it back. */
export interface Respondent {
  readonly onRequest: (request: Request) => Promise<Response>
  readonly onNotification: (notification: Notification) => void
}

/** The requests of a legacy server that wait for an answer of ours. */
export interface ServerRequests {
  /** Has `respondent` answer `request`; the answer is sent when it is there. */
  take(request: Request, respondent: Respondent): void
  /** `notifications/cancelled` of the server: to whoever was asked. Unknown ids are ignored. */
  cancelled(notification: Notification): void
}

// A server that asks without end must not fill the memory; no honest one asks this much at once.
const MOST_AT_ONCE = 64

/**
 * Answers a legacy server's requests (2025-11-25, client features). `ping` is about the channel
 * itself and is answered here. Every request gets exactly one answer, a failure included.
 */
export function answerServerRequests(send: (response: Response) => void): ServerRequests {
  const waiting = new Map<RequestId, Respondent>()
  return {
    take: (request, respondent) => {
      const { id } = request
      if (request.method === 'ping') return send({ kind: 'result', id, result: {} })
      if (waiting.has(id)) return
      if (waiting.size >= MOST_AT_ONCE)
        return send(refusal(id, ERRORS.too_many_requests.rpc, 'too many requests at once'))
      waiting.set(id, respondent)
      void answerOf(request, respondent).then((answer) => {
        waiting.delete(id)
        send(answer)
      })
    },
    cancelled: (notification) => {
      waiting.get(notification.params?.['requestId'] as RequestId)?.onNotification(notification)
    },
  }
}

async function answerOf(request: Request, respondent: Respondent): Promise<Response> {
  try {
    return { ...(await respondent.onRequest(request)), id: request.id }
  } catch (thrown) {
    const error = toGatewayError(thrown)
    return refusal(request.id, ERRORS[error.code].rpc, error.message)
  }
}

function refusal(id: RequestId, code: number, message: string): Response {
  return { kind: 'error', id, error: { code, message } }
}
