import { eraOf } from '../revision.ts'
import { messageText } from '../wire/serialize.ts'
import type { SseEvent } from '../wire/sse.ts'
import { upstreamFailure } from './failure.ts'
import {
  INITIALIZED,
  initializeRequest,
  legacyRevision,
  ownOutbound,
  readInitialize,
} from './handshake.ts'
import { readMessage, refusal } from './http-answer.ts'
import { exchange } from './http-authorized.ts'
import { accepted, deliver } from './http-deliver.ts'
import type { HttpTarget } from './http-target.ts'
import type { Link, LinkOptions } from './link.ts'
import { createMultiplex } from './multiplex.ts'

const GET = ['Accept', 'text/event-stream']
const POST = ['Content-Type', 'application/json', 'Accept', 'application/json, text/event-stream']
// Milliseconds for the status of a POST; the answer itself comes on the stream.
const POST_TIMEOUT = 30_000

/**
 * Opens a link over the HTTP+SSE transport of 2024-11-05: one GET stream carries everything that
 * the server sends, messages go by POST to the address that its first event, `endpoint`, names.
 * That address must be of the stream's own origin. The link closes with the stream.
 *
 * @throws GatewayError of family `upstream`.
 */
export async function openSseLink(target: HttpTarget, options: LinkOptions): Promise<Link> {
  const { server, face, listener, maxMessage, timeout, revision } = options
  if (revision !== 'auto' && revision !== 'legacy' && eraOf(revision) === 'modern')
    throw upstreamFailure('upstream_malformed', server, 'this transport has no modern era')
  const start = performance.now()
  const closed = Promise.withResolvers<void>()
  const endpoint = Promise.withResolvers<HttpTarget>()
  // Awaited below; a stream that fails later must not be an unhandled rejection.
  endpoint.promise.catch(() => {})

  const multiplex = createMultiplex({
    server,
    era: 'legacy',
    listener,
    send: (text, run) => {
      endpoint.promise
        .then((to) => postTo(to, text, maxMessage))
        .catch((error: unknown) => run?.fail(error))
    },
  })
  const end = (error: unknown): void => {
    endpoint.reject(error)
    multiplex.end(error)
    closed.resolve()
  }
  const onEvent = (event: SseEvent): void => {
    try {
      if (event.event === 'endpoint') endpoint.resolve(endpointOf(event.data, target))
      else if (event.event === 'message') multiplex.receive(readMessage(event.data, server))
    } catch (error) {
      endpoint.reject(error)
      multiplex.failOnly(error)
    }
  }
  const stream = exchange(
    target,
    { method: 'GET', headers: GET, maxMessage },
    {
      onReply: ({ status }) => end(refusal(status, server)),
      onEvent,
      onEnd: () => end(upstreamFailure('upstream_failed', server, 'the stream ended')),
      onError: end,
    },
  )
  const close = async (): Promise<void> => {
    stream.abort()
    end(upstreamFailure('upstream_failed', server, 'the link is closed'))
  }
  const late = setTimeout(
    () => endpoint.reject(upstreamFailure('upstream_timeout', server)),
    timeout,
  )
  try {
    const to = await endpoint.promise
    const left = Math.max(1, timeout - (performance.now() - start))
    const outbound = ownOutbound(initializeRequest(face, legacyRevision(revision)), options, left)
    const claims = readInitialize(await multiplex.request(outbound), server)
    const notify = (text: string) => postTo(to, text, maxMessage)
    await notify(messageText(INITIALIZED))
    return {
      era: 'legacy',
      claims,
      request: multiplex.request,
      notify: (notification) => notify(messageText(notification)),
      closed: closed.promise,
      close,
    }
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(late)
  }
}

async function postTo(target: HttpTarget, body: string, maxMessage: number): Promise<void> {
  const call = { method: 'POST', headers: POST, body, maxMessage, timeout: POST_TIMEOUT } as const
  const reply = await deliver(target, call)
  if (!accepted(reply)) throw refusal(reply.status, target.server)
}

/** Where to POST. Another origin would be sent the operator's credentials. */
function endpointOf(data: string, target: HttpTarget): HttpTarget {
  const url = URL.parse(data, target.url.href)
  if (url === null || url.origin !== target.url.origin || url.username !== '')
    throw upstreamFailure('upstream_malformed', target.server, 'the endpoint is of another origin')
  return target.at(url)
}
