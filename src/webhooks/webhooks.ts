import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApprovalNews } from '../kernel/approval-desk.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import { type Alert, alertOf, type Notice } from '../kernel/notice.ts'
import { type Callback, chatCallback } from './chat/callback.ts'
import { CHAT, chatReceiver } from './chat/receiver.ts'
import { DENIALS, type DeniedCall, denialCounter } from './denials.ts'
import { webhookReceiver } from './endpoint.ts'
import {
  alertDocument,
  approvalDocument,
  messageId,
  noticeOf,
  pageOf,
  pingDocument,
} from './messages.ts'
import type { Endpoint, WebhookOptions } from './options.ts'
import { type Delivery, openQueue } from './queue.ts'
import { type Outcome, openSender } from './sender.ts'

export type { ChatSettings, Endpoint } from './options.ts'

/** Messages that are being prepared at once. What comes beyond is dropped, and said so. */
const MOST_PENDING = 1_000

/** Tells others what happens, and takes answers from chats. */
export interface Webhooks {
  /**
   * Tells whoever wants to hear of requests for approval. Returns at once; what it says is durable soon
   * after. The same news from two processes is told once.
   */
  onNews(news: ApprovalNews): void
  alert(alert: Alert): void
  /** Sees every event that is on record; makes alerts of those that somebody should look at. */
  witnessed(event: SecurityEvent): void
  /** Sees every call that policies denied; many of one subject in a short time are an alert. */
  denied(call: DeniedCall): void
  /** By path, without the query; undefined for a path that is not served. */
  routes(
    path: string,
  ): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  /** Waits a moment for what is being told. What is not told then is told after the next start. */
  close(): Promise<void>
}

/**
 * Opens what tells others. Deliveries that are due from before are attempted.
 *
 * @throws RangeError for a secret of an endpoint that is none.
 */
export function openWebhooks(options: WebhookOptions): Webhooks {
  const { store, seal, clock, log, chat, endpoints } = options
  const queue = openQueue(store, seal)
  const receivers = [
    ...endpoints.map((endpoint) => webhookReceiver(endpoint, options)),
    ...(chat === undefined ? [] : [chatReceiver({ ...options, chat, queue })]),
  ]
  const sender = openSender(options, queue, receivers)
  const callback: Callback | undefined =
    chat?.signingSecret === undefined
      ? undefined
      : chatCallback({ ...options, chat, signingSecret: chat.signingSecret })
  const countDenied = denialCounter(options.denials ?? DENIALS)
  const pending = new Set<Promise<void>>()

  const tell = (prepare: () => Promise<readonly Delivery[]>): void => {
    if (pending.size >= MOST_PENDING) {
      log('too much happens at once: somebody is not told')
      return
    }
    const told: Promise<void> = enqueue(prepare)
      .catch((cause: unknown) => log('what happened could not be kept for those who wait', cause))
      .finally(() => pending.delete(told))
    pending.add(told)
  }
  const enqueue = async (prepare: () => Promise<readonly Delivery[]>): Promise<void> => {
    const deliveries = await prepare()
    if (deliveries.length === 0) return
    if (!(await queue.add(deliveries, clock()))) log('too many messages wait: one is not taken')
    sender.wake()
  }
  const alert = (one: Alert): void => {
    if (wanted(options, one.notice).length > 0) tell(async () => alertsFor(options, one))
  }
  return {
    onNews(news) {
      if (chat !== undefined || wanted(options, noticeOf(news)).length > 0)
        tell(() => newsFor(options, news))
    },
    alert,
    witnessed(event) {
      const notice = alertOf(event)
      if (notice === undefined) return
      const { subject, client, target, detail } = event
      alert({
        notice,
        ...(subject === undefined ? {} : { subject }),
        ...(client === undefined ? {} : { client }),
        ...(target === undefined ? {} : { target }),
        ...(detail === undefined ? {} : { detail }),
      })
    },
    denied(call) {
      const burst = countDenied(call, clock())
      if (burst !== undefined) alert(burst)
    },
    routes: (path) => callback?.routes(path),
    async close() {
      await Promise.allSettled(pending)
      await callback?.close()
      await sender.close()
    },
  }
}

/**
 * Sends one signed `ping`, past the queue: whether a receiver can be reached, and takes our signature.
 *
 * @throws RangeError for a secret that is none; GatewayError `fetch_refused`, `fetch_failed`.
 */
export function ping(
  endpoint: Endpoint,
  options: Pick<WebhookOptions, 'post' | 'clock' | 'randomId'>,
): Promise<Outcome> {
  const { name } = endpoint
  const payload = JSON.stringify(pingDocument(options.clock()))
  const message = { id: `msg_${options.randomId()}`, endpoint: name, event: 'ping', payload }
  return webhookReceiver(endpoint, options).attempt({ ...message, attempts: 1 })
}

function wanted({ endpoints }: Pick<WebhookOptions, 'endpoints'>, notice: Notice) {
  return endpoints.filter(({ events }) => events.includes(notice))
}

async function newsFor(options: WebhookOptions, news: ApprovalNews): Promise<readonly Delivery[]> {
  const { approval } = news
  const notice = noticeOf(news)
  const endpoints = wanted(options, notice)
  const request = endpoints.length === 0 ? undefined : await options.find(approval.id)
  const url = pageOf(options.publicOrigin, approval.id)
  const at = options.clock()
  const told = endpoints.map(({ name, include }) => ({
    id: messageId(name, news),
    endpoint: name,
    event: notice,
    payload: JSON.stringify(approvalDocument(news, request, { include, url, at })),
  }))
  if (options.chat === undefined) return told
  const payload = JSON.stringify({ approval: approval.id })
  return [...told, { id: messageId(CHAT, news), endpoint: CHAT, event: notice, payload }]
}

function alertsFor(options: WebhookOptions, alert: Alert): readonly Delivery[] {
  const url = `${options.publicOrigin}/console/`
  const payload = JSON.stringify(alertDocument(alert, { url, at: options.clock() }))
  return wanted(options, alert.notice).map(({ name }) => ({
    id: `msg_${options.randomId()}`,
    endpoint: name,
    event: alert.notice,
    payload,
  }))
}
