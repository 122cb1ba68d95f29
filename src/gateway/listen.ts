import { GatewayError } from '../kernel/errors.ts'
import { isObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Notification, RequestId, Response } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import { result } from './answer.ts'
import { type FeedOptions, feed } from './feeds.ts'
import { type Filter, filterOf, filterParams, joined, wants } from './filter.ts'
import { aborted } from './waiting.ts'

export interface ListenOptions extends FeedOptions {
  /** Whether this subject may read this URI at this server; decided and recorded like a read. */
  readonly mayRead: (exchange: Exchange, server: string, uri: string) => Promise<boolean>
  /** The server that offers a URI at this endpoint. */
  readonly ownerOf: (exchange: Exchange, uri: string) => Promise<string>
  /** What of a filter the endpoint can have at all. */
  readonly offered: (filter: Filter) => Filter
}

/** URIs that one subscription may follow. */
export const MAX_URIS = 1_000
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'

/**
 * `subscriptions/listen` (2026-07-28): one stream for the client, fed by each server in its own era.
 * Acknowledged first, once the servers are listening, with what was granted; ends when the client goes.
 *
 * @throws GatewayError `params_invalid`; where one server is all there is, why it cannot be heard.
 */
export async function listen(
  options: ListenOptions,
  exchange: Exchange,
  servers: readonly string[],
): Promise<Response> {
  const { request } = exchange
  const wanted = options.offered(filterOf(request.params))
  if (wanted.resourceSubscriptions.length > MAX_URIS)
    throw new GatewayError('params_invalid', `at most ${MAX_URIS} resources can be followed`)
  const granted = await grant(options, exchange, wanted, servers)

  // News that come before the acknowledgement wait: the same news twice are news once.
  const held = new Map<string, Notification>()
  let send = (notification: Notification): void => {
    held.set(`${notification.method} ${String(notification.params?.['uri'])}`, notification)
  }
  const feeds = servers.map((server) =>
    feed(options, {
      exchange,
      server,
      filter: granted(server),
      send: (notification) => send(notification),
    }),
  )
  const ready = await Promise.all(feeds.map((each) => each.ready))
  const [only] = ready
  if (servers.length === 1 && only instanceof GatewayError) throw only
  if (servers.length === 1 && only && 'kind' in only) return { ...only, id: request.id }

  const agreed = joined(ready.flatMap((each) => ('resourceSubscriptions' in each ? [each] : [])))
  const tag = { [META.subscriptionId]: request.id }
  const params = { _meta: tag, notifications: filterParams(agreed) }
  exchange.notify({ kind: 'notification', method: ACKNOWLEDGED, params })
  send = tagged(exchange, agreed, request.id)
  for (const notification of held.values()) send(notification)

  const left = aborted(exchange.cancelled)
  await Promise.race([left.done, Promise.all(feeds.map((each) => each.ended))])
  left.forget()
  return result(request, { resultType: 'complete', _meta: tag })
}

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
    if (exchange.cancelled.aborted) break
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

/** Sends on what was agreed, and nothing else, under the client's own subscription id. */
function tagged(
  exchange: Exchange,
  filter: Filter,
  id: RequestId,
): (notification: Notification) => void {
  const isWanted = wants(filter)
  return (notification) => {
    if (!isWanted(notification)) return
    const { method, params } = notification
    const meta = isObject(params?.['_meta']) ? params['_meta'] : {}
    const tag = { ...meta, [META.subscriptionId]: id }
    exchange.notify({ kind: 'notification', method, params: { ...params, _meta: tag } })
  }
}
