import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Message, Response } from '../mcp/message.ts'

/** Requests that we made of one session's client, waiting for its answers. */
export interface Asks {
  /**
   * Asks with an id of our own. An abort tells the client too.
   *
   * @throws GatewayError `cancelled` on abort or when the session ends, `too_many_requests`.
   */
  ask(
    method: string,
    params: JsonObject | undefined,
    signal: AbortSignal,
    send: (message: Message) => void,
  ): Promise<Response>
  /** Takes a client's answer; one that nobody waits for is dropped. */
  answer(response: Response): void
  /** Rejects everything that waits. */
  end(): void
}

interface Waiting {
  readonly resolve: (response: Response) => void
  readonly reject: (error: GatewayError) => void
}

/** More questions to one client than a person could answer are a server's fault. */
const MAX_WAITING = 64

/** No questions yet. */
export function createAsks(): Asks {
  const waiting = new Map<number, Waiting>()
  let minted = 0
  let ended = false

  return {
    ask(method, params, signal, send) {
      if (ended || signal.aborted) return Promise.reject(cancelled())
      if (waiting.size >= MAX_WAITING)
        return Promise.reject(
          new GatewayError('too_many_requests', 'the client has too many open questions'),
        )
      const { promise, resolve, reject } = Promise.withResolvers<Response>()
      minted += 1
      const id = minted
      const onAbort = (): void => {
        send({ kind: 'notification', method: 'notifications/cancelled', params: { requestId: id } })
        reject(cancelled())
      }
      waiting.set(id, { resolve, reject })
      signal.addEventListener('abort', onAbort, { once: true })
      send({ kind: 'request', id, method, params })
      return promise.finally(() => {
        waiting.delete(id)
        signal.removeEventListener('abort', onAbort)
      })
    },
    answer(response) {
      if (typeof response.id === 'number') waiting.get(response.id)?.resolve(response)
    },
    end() {
      ended = true
      for (const { reject } of waiting.values()) reject(cancelled())
    },
  }
}

function cancelled(): GatewayError {
  return new GatewayError('cancelled', 'the client was not waited for any longer')
}
