import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Notification, Request, RequestId, Response } from '../message.ts'
import { META } from '../revision.ts'

/** The `_meta` of a message's params or of a result; empty when there is none. */
export function metaOf(params: JsonObject | undefined): JsonObject {
  const meta = params?.['_meta']
  return isObject(meta) ? meta : {}
}

/** The token under which a request wants progress (basic/patterns/progress), if it wants any. */
export function progressTokenOf(request: Request): RequestId | undefined {
  const token = metaOf(request.params)['progressToken']
  return typeof token === 'string' || typeof token === 'number' ? token : undefined
}

/**
 * The request as it goes out on a channel that several callers share: with an id of our own, and
 * its progress token replaced by the same number, so that neither can meet another caller's.
 */
export function renumbered(request: Request, id: number): Request {
  if (progressTokenOf(request) === undefined) return { ...request, id }
  const meta = { ...metaOf(request.params), progressToken: id }
  return { ...request, id, params: { ...request.params, _meta: meta } }
}

/** A progress notification under the caller's own token. */
export function withToken(notification: Notification, token: RequestId): Notification {
  return { ...notification, params: { ...notification.params, progressToken: token } }
}

/** The subscription that a modern notification belongs to: the id of its `subscriptions/listen`. */
export function subscriptionOf(params: JsonObject | undefined): RequestId | undefined {
  const id = metaOf(params)[META.subscriptionId]
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/** A tagged notification under the caller's own subscription id. */
export function withSubscription(notification: Notification, id: RequestId): Notification {
  return { ...notification, params: tagged(notification.params, id) }
}

/** The final answer of a subscription carries its id too; gives it the caller's. */
export function answerWithSubscription(response: Response, id: RequestId): Response {
  if (response.kind === 'error' || subscriptionOf(response.result) === undefined) return response
  return { kind: 'result', id: response.id, result: tagged(response.result, id) }
}

/** What tells a server that nobody waits for a request any more, by its id on the wire. */
export function cancelledNotification(id: RequestId): Notification {
  const params = { requestId: id, reason: 'the client gave up' }
  return { kind: 'notification', method: 'notifications/cancelled', params }
}

function tagged(params: JsonObject | undefined, id: RequestId): JsonObject {
  return { ...params, _meta: { ...metaOf(params), [META.subscriptionId]: id } }
}
