import { upstreamFailure } from './failure.ts'
import { exchange } from './http-authorized.ts'
import type { HttpReply } from './http-exchange.ts'
import type { HttpTarget } from './http-target.ts'

interface Delivery {
  readonly method: 'POST' | 'DELETE'
  readonly headers: readonly string[]
  readonly body?: string
  readonly maxMessage: number
  /** Milliseconds to the answer. */
  readonly timeout: number
}

/**
 * Sends what needs no answer but a status: a notification, an answer to the server, the end of a
 * session. A stream in return is broken off; its status is all that counts.
 *
 * @throws GatewayError of family `upstream` when there is no status in time.
 */
export function deliver(target: HttpTarget, delivery: Delivery): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      sending.abort()
      reject(upstreamFailure('upstream_timeout', target.server))
    }, delivery.timeout)
    const sending = exchange(target, delivery, {
      onReply: (reply) => {
        clearTimeout(timer)
        resolve(reply)
      },
      onStream: (headers) => {
        clearTimeout(timer)
        sending.abort()
        resolve({ status: 200, headers, text: '' })
      },
      onEvent: () => {},
      onEnd: () => {},
      onError: (error) => {
        clearTimeout(timer)
        reject(error)
      },
    })
  })
}

/** True for a status that says the message was taken. */
export function accepted(reply: HttpReply): boolean {
  return reply.status >= 200 && reply.status < 300
}
