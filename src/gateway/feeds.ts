import { type GatewayError, toGatewayError } from '../kernel/errors.ts'
import { isObject } from '../kernel/json.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { ErrorResponse, Notification, RequestId, Response } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { withEnvelope } from './bridge/legacy-to-modern.ts'
import { refuse } from './bridge/refuse.ts'
import { common, type Filter, filterOf, filterParams, NOTHING, wants } from './filter.ts'
import type { Followers } from './followers.ts'
import type { News } from './news.ts'
import type { Beside } from './screen/beside.ts'
import type { Upstreams } from './upstreams.ts'
import { aborted } from './waiting.ts'

export interface FeedOptions {
  readonly upstreams: Upstreams
  /** Who follows which URI at legacy servers. */
  readonly followers: Followers
  /** Told of every notification of a server, before anyone else. */
  readonly heard: (server: string, notification: Notification) => void
  /** What happens to a server, though it does not say so itself. */
  readonly news: News
  /** Looks at what subscribers are told. */
  readonly beside: Pick<Beside, 'tell'>
  readonly log: (message: string, cause?: unknown) => void
}

/** One server's part of a subscription. Neither promise rejects. */
export interface Feed {
  /** What the server agreed to send, or why it sends nothing. */
  readonly ready: Promise<Filter | ErrorResponse | GatewayError>
  readonly ended: Promise<void>
}

interface FeedRequest {
  readonly exchange: Exchange
  readonly server: string
  /** What may be sent: a server that sends more is not heard. */
  readonly filter: Filter
  readonly send: (notification: Notification) => void
}

type Ready = (outcome: Filter | ErrorResponse | GatewayError) => void

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
/** How long a server may take to say what it will send, milliseconds. */
const READY_PATIENCE = 10_000

/** Begins one server's part of `subscriptions/listen`, in the server's own era. */
export function feed(options: FeedOptions, asked: FeedRequest): Feed {
  const { exchange, server, filter } = asked
  const { promise, resolve } = Promise.withResolvers<Filter | ErrorResponse | GatewayError>()
  const patience = setTimeout(() => resolve(NOTHING), READY_PATIENCE)
  const isWanted = wants(filter)
  const send = (notification: Notification): void => {
    if (isWanted(notification))
      options.beside.tell(exchange.conversation, server, notification, asked.send)
  }
  const quiet = options.news.listen(server, send)
  const ended = options.upstreams
    .use(exchange.conversation, server, (link) =>
      link.era === 'modern'
        ? fedByModern(options, link, { ...asked, send }, resolve)
        : fedByLegacy(options, link, { ...asked, send }, resolve),
    )
    .catch((cause: unknown) => {
      resolve(toGatewayError(cause))
      if (exchange.cancelled.aborted) return
      options.log(`the subscription at server \`${server}\` ended`, cause)
    })
    .finally(() => {
      clearTimeout(patience)
      quiet()
      resolve(NOTHING)
    })
  return { ready: promise, ended }
}

async function fedByModern(
  { heard }: FeedOptions,
  link: Link,
  { exchange, server, filter, send }: FeedRequest,
  ready: Ready,
): Promise<void> {
  const { request, cancelled } = exchange
  const meta = request.params?.['_meta']
  const params = { ...(isObject(meta) ? { _meta: meta } : {}), notifications: filterParams(filter) }
  const response = await listenAt(link, request.id, params, cancelled, (told) => {
    if (told.method === ACKNOWLEDGED) return ready(common(filter, filterOf(told.params)))
    heard(server, told)
    send(told)
  })
  if (response.kind === 'error') ready(response)
}

async function fedByLegacy(
  { upstreams, followers }: FeedOptions,
  link: Link,
  { exchange, filter, send }: FeedRequest,
  ready: Ready,
): Promise<void> {
  const { cancelled } = exchange
  const closed = Promise.withResolvers<void>()
  const stop = upstreams.watch(link, { notified: send, closed: () => closed.resolve() })
  const left = aborted(cancelled)
  const following: string[] = []
  try {
    for (const uri of filter.resourceSubscriptions)
      if (await followers.follow(link, uri, cancelled)) following.push(uri)
    ready({ ...filter, resourceSubscriptions: following })
    await Promise.race([left.done, closed.promise])
  } finally {
    left.forget()
    stop()
    for (const uri of following) followers.leave(link, uri)
  }
}

/**
 * A session's standing subscription at a modern server, so that its news reaches a legacy client.
 * Settles when it ends.
 */
export async function listenFor(
  conversation: Conversation,
  link: Link,
  uris: readonly string[],
  signal: AbortSignal,
  heard: (notification: Notification) => void,
  send: (notification: Notification) => void,
): Promise<Response> {
  const { tools, prompts, resources } = link.claims.capabilities
  const filter: Filter = {
    toolsListChanged: changes(tools),
    promptsListChanged: changes(prompts),
    resourcesListChanged: changes(resources),
    resourceSubscriptions: uris,
  }
  const isWanted = wants(filter)
  const params = withEnvelope({ conversation }, { notifications: filterParams(filter) })
  return listenAt(link, `listen-${conversation.id}`, params, signal, (told) => {
    if (!isWanted(told)) return
    heard(told)
    send(untagged(told))
  })
}

function listenAt(
  link: Link,
  id: RequestId,
  params: Parameters<typeof filterOf>[0],
  signal: AbortSignal,
  onNotification: (notification: Notification) => void,
): Promise<Response> {
  return link.request({
    request: { kind: 'request', id, method: 'subscriptions/listen', params },
    signal,
    timeout: Number.POSITIVE_INFINITY,
    onNotification,
    onRequest: refuse,
  })
}

function untagged({ method, params }: Notification): Notification {
  const meta = params?.['_meta']
  if (!isObject(meta)) return { kind: 'notification', method, params }
  const { [META.subscriptionId]: _, ...kept } = meta
  return { kind: 'notification', method, params: { ...params, _meta: kept } }
}

function changes(capability: unknown): boolean {
  return isObject(capability) && capability['listChanged'] === true
}
