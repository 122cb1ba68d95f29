import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { ErrorResponse, Notification, RequestId, Response } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { result } from './answer.ts'
import { withEnvelope } from './bridge/legacy-to-modern.ts'
import type { Upstreams } from './upstreams.ts'

/** What a client wants to hear (2026-07-28, `SubscriptionFilter`). */
interface Filter {
  readonly toolsListChanged: boolean
  readonly promptsListChanged: boolean
  readonly resourcesListChanged: boolean
  readonly resourceSubscriptions: readonly string[]
}

export interface ListenOptions {
  readonly upstreams: Upstreams
  /** Whether this subject may read this URI at this server; decided and recorded like a read. */
  readonly mayRead: (exchange: Exchange, server: string, uri: string) => Promise<boolean>
  /** The servers that offer a URI at this endpoint. */
  readonly ownerOf: (exchange: Exchange, uri: string) => Promise<string>
  readonly log: (message: string, cause?: unknown) => void
}

/** How long a server may take to say what it will send, milliseconds. */
const READY_PATIENCE = 10_000
const NOTHING: Filter = {
  toolsListChanged: false,
  promptsListChanged: false,
  resourcesListChanged: false,
  resourceSubscriptions: [],
}
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'

/**
 * `subscriptions/listen` (2026-07-28): one stream for the client, fed by each server in its own era.
 * Acknowledged first, once the servers are listening, with what was granted; ends when the client goes.
 */
export async function listen(
  options: ListenOptions,
  exchange: Exchange,
  servers: readonly string[],
): Promise<Response> {
  const { request } = exchange
  const wanted = filterOf(request.params)
  const granted = await grant(options, exchange, wanted, servers)
  const held: Notification[] = []
  let send = (notification: Notification): unknown => held.push(notification)
  const feeds = servers.map((server) =>
    feed(options, exchange, server, granted(server), (notification) => send(notification)),
  )
  const ready = await Promise.all(feeds.map((each) => each.ready))
  const [only] = ready
  if (servers.length === 1 && only && 'kind' in only) return { ...only, id: request.id }

  const all = joined(ready.flatMap((each) => ('kind' in each ? [] : [each])))
  const tag = { [META.subscriptionId]: request.id }
  const params = { _meta: tag, notifications: filterParams(all) }
  exchange.notify({ kind: 'notification', method: ACKNOWLEDGED, params })
  send = tagged(exchange, all, request.id)
  for (const notification of held.splice(0)) send(notification)

  await Promise.race([aborted(exchange.cancelled), Promise.all(feeds.map((each) => each.ended))])
  return result(request, { resultType: 'complete', _meta: tag })
}

/** A session's standing subscription at a modern server, so that its news reaches a legacy client. */
export function listenFor(
  conversation: Conversation,
  link: Link,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<Response> {
  const { tools, prompts, resources } = link.claims.capabilities
  const filter: Filter = {
    toolsListChanged: changes(tools),
    promptsListChanged: changes(prompts),
    resourcesListChanged: changes(resources),
    resourceSubscriptions: uris,
  }
  const params = withEnvelope({ conversation }, { notifications: filterParams(filter) })
  return listenAt(
    link,
    `listen-${conversation.id}-${uris.length}`,
    params,
    signal,
    (notification) => {
      if (notification.method !== ACKNOWLEDGED) conversation.send(untagged(notification))
    },
  )
}

/** One server's part of a subscription. Neither promise rejects. */
interface Feed {
  /** What the server agreed to send, or the error that it answered with. */
  readonly ready: Promise<Filter | ErrorResponse>
  readonly ended: Promise<unknown>
}

function feed(
  options: ListenOptions,
  exchange: Exchange,
  server: string,
  filter: Filter,
  send: (notification: Notification) => void,
): Feed {
  const ready = Promise.withResolvers<Filter | ErrorResponse>()
  const patience = setTimeout(() => ready.resolve(NOTHING), READY_PATIENCE)
  const ended = fed(options, exchange, server, filter, send, ready.resolve)
    .catch((cause: unknown) => {
      if (exchange.cancelled.aborted) return
      options.log(`the subscription at server \`${server}\` ended`, cause)
    })
    .finally(() => {
      clearTimeout(patience)
      ready.resolve(NOTHING)
    })
  return { ready: ready.promise, ended }
}

async function fed(
  { upstreams }: ListenOptions,
  exchange: Exchange,
  server: string,
  filter: Filter,
  send: (notification: Notification) => void,
  ready: (filter: Filter | ErrorResponse) => void,
): Promise<void> {
  await upstreams.use(exchange.conversation, server, (link) =>
    link.era === 'modern'
      ? fedByModern(link, exchange, filter, send, ready)
      : fedByLegacy(upstreams, link, exchange, filter, send, ready),
  )
}

async function fedByModern(
  link: Link,
  exchange: Exchange,
  filter: Filter,
  send: (notification: Notification) => void,
  ready: (filter: Filter | ErrorResponse) => void,
): Promise<void> {
  const meta = exchange.request.params?.['_meta']
  const params = { ...(isObject(meta) ? { _meta: meta } : {}), notifications: filterParams(filter) }
  const response = await listenAt(link, exchange.request.id, params, exchange.cancelled, (told) =>
    told.method === ACKNOWLEDGED ? ready(filterOf(told.params)) : send(told),
  )
  if (response.kind === 'error') ready(response)
}

async function fedByLegacy(
  upstreams: Upstreams,
  link: Link,
  exchange: Exchange,
  filter: Filter,
  send: (notification: Notification) => void,
  ready: (filter: Filter) => void,
): Promise<void> {
  const stop = upstreams.watch(link, send)
  try {
    for (const uri of filter.resourceSubscriptions) {
      await callLegacy(link, `subscribe-${String(exchange.request.id)}`, 'resources/subscribe', uri)
    }
    ready(filter)
    await Promise.race([aborted(exchange.cancelled), link.closed])
  } finally {
    stop()
  }
}

function listenAt(
  link: Link,
  id: RequestId,
  params: JsonObject,
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

function callLegacy(link: Link, id: string, method: string, uri: string): Promise<Response> {
  return link.request({
    request: { kind: 'request', id, method, params: { uri } },
    signal: new AbortController().signal,
    timeout: 10_000,
    onNotification: () => undefined,
    onRequest: refuse,
  })
}

const refuse = async ({ id }: { readonly id: RequestId }): Promise<Response> => ({
  kind: 'error',
  id,
  error: { code: -32601, message: 'not taken here' },
})

/** A URI is granted where its owner is known and policy lets it be read; list changes always. */
async function grant(
  options: ListenOptions,
  exchange: Exchange,
  wanted: Filter,
  servers: readonly string[],
): Promise<(server: string) => Filter> {
  const owners = new Map<string, string>()
  const [only] = servers
  for (const uri of wanted.resourceSubscriptions) {
    const owner =
      exchange.conversation.endpoint.kind === 'server'
        ? only
        : await options.ownerOf(exchange, uri).catch(() => undefined)
    if (owner !== undefined && (await options.mayRead(exchange, owner, uri))) owners.set(uri, owner)
  }
  return (server) => ({
    ...wanted,
    resourceSubscriptions: [...owners].flatMap(([uri, owner]) => (owner === server ? [uri] : [])),
  })
}

function joined(filters: readonly Filter[]): Filter {
  return {
    toolsListChanged: filters.some((filter) => filter.toolsListChanged),
    promptsListChanged: filters.some((filter) => filter.promptsListChanged),
    resourcesListChanged: filters.some((filter) => filter.resourcesListChanged),
    resourceSubscriptions: [...new Set(filters.flatMap((filter) => filter.resourceSubscriptions))],
  }
}

/** Sends on what was granted, and nothing else, under the client's own subscription id. */
function tagged(
  exchange: Exchange,
  filter: Filter,
  id: RequestId,
): (notification: Notification) => void {
  const uris = new Set(filter.resourceSubscriptions)
  return ({ method, params }) => {
    const wanted =
      (method === 'notifications/tools/list_changed' && filter.toolsListChanged) ||
      (method === 'notifications/prompts/list_changed' && filter.promptsListChanged) ||
      (method === 'notifications/resources/list_changed' && filter.resourcesListChanged) ||
      (method === 'notifications/resources/updated' && uris.has(String(params?.['uri'])))
    if (!wanted) return
    const meta = isObject(params?.['_meta']) ? params['_meta'] : {}
    const tag = { ...meta, [META.subscriptionId]: id }
    exchange.notify({ kind: 'notification', method, params: { ...params, _meta: tag } })
  }
}

function untagged({ method, params }: Notification): Notification {
  const meta = params?.['_meta']
  if (!isObject(meta)) return { kind: 'notification', method, params }
  const { [META.subscriptionId]: _, ...kept } = meta
  return { kind: 'notification', method, params: { ...params, _meta: kept } }
}

function filterOf(params: JsonObject | undefined): Filter {
  const wanted = params?.['notifications']
  const filter = isObject(wanted) ? wanted : {}
  const uris = filter['resourceSubscriptions']
  return {
    toolsListChanged: filter['toolsListChanged'] === true,
    promptsListChanged: filter['promptsListChanged'] === true,
    resourcesListChanged: filter['resourcesListChanged'] === true,
    resourceSubscriptions: Array.isArray(uris)
      ? [...new Set(uris.filter((uri) => typeof uri === 'string'))]
      : [],
  }
}

function filterParams(filter: Filter): JsonObject {
  const { resourceSubscriptions, ...changed } = filter
  const on = Object.entries(changed).filter(([, wanted]) => wanted)
  return {
    ...Object.fromEntries(on),
    ...(resourceSubscriptions.length > 0 ? { resourceSubscriptions } : {}),
  }
}

function changes(capability: unknown): boolean {
  return isObject(capability) && capability['listChanged'] === true
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
