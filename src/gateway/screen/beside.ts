import type { AccessRequest } from '../../kernel/access.ts'
import type { Sender } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import type { Conversation, Exchange } from '../../mcp/exchange.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { WITHOUT_SCHEMA } from '../known.ts'
import { MOST_WAITING } from './call-screen.ts'
import { askThrough, type Question, teller } from './guard.ts'
import { type InOrder, inOrder } from './in-order.ts'
import { type Looker, type LookOptions, looker } from './look.ts'
import { type React, reactions } from './react.ts'

type Send = (notification: Notification) => void

/** What is said beside calls: on sessions, and on streams of subscriptions. Looked at as what is said in them. */
export interface Beside {
  /** Who speaks in a conversation, from now on. */
  heard(exchange: Pick<Exchange, 'conversation' | 'sender'>): void
  /** Passes on what a server tells a session. */
  tell(conversation: Conversation, server: string, notification: Notification, send: Send): void
  /** Passes on what a client tells a server. */
  said(conversation: Conversation, server: string, notification: Notification, send: Send): void
  /** Passes on what a server asks a session. @throws GatewayError `content_blocked`. */
  ask(conversation: Conversation, server: string, question: Question): Promise<Response>
}

/** Everything passes. */
export const UNSCREENED: Beside = {
  heard: () => undefined,
  tell: (_conversation, _server, notification, send) => send(notification),
  said: (_conversation, _server, notification, send) => send(notification),
  ask: (_conversation, _server, { params, ask }) => ask(params),
}

/** What is told beside calls is told anew after so many milliseconds. */
const TOLD_FOR = 60_000

interface Line {
  readonly inbound: InOrder
  readonly outbound: InOrder
  react: { readonly tell: React; readonly until: number }
}

/** Makes it. What it knows of a conversation goes with it. */
export function besideCalls(options: LookOptions): Beside {
  const senders = new WeakMap<Conversation, Sender>()
  const lines = new WeakMap<Conversation, Map<string, Line>>()

  const lineOf = (conversation: Conversation, server: string): Line => {
    const known = lines.get(conversation) ?? new Map<string, Line>()
    lines.set(conversation, known)
    const line = known.get(server) ?? newLine(options, server)
    known.set(server, line)
    const now = options.now()
    if (line.react.until <= now) line.react = fresh(options, now)
    return line
  }
  const lookerOf = (conversation: Conversation, server: string, name: string): Looker => {
    const sender = senders.get(conversation)
    // Policies are about somebody: without one, none of them could be kept.
    if (sender === undefined) throw new GatewayError('internal', 'internal error')
    const request = requestOf(options, conversation, sender, server, name)
    const { react } = lineOf(conversation, server)
    return looker(options, request, '', react.tell, () => undefined)
  }
  const pass = (
    way: 'inbound' | 'outbound',
    conversation: Conversation,
    server: string,
    notification: Notification,
    send: Send,
  ): void => {
    const uri = notification.params?.['uri']
    try {
      const look = lookerOf(conversation, server, typeof uri === 'string' ? uri : '')
      teller(look, lineOf(conversation, server)[way], way)(notification, send)
    } catch (cause) {
      options.log(`a notification of server \`${server}\` was kept back`, cause)
    }
  }
  return {
    heard: ({ conversation, sender }) => void senders.set(conversation, sender),
    tell: (...message) => pass('inbound', ...message),
    said: (...message) => pass('outbound', ...message),
    async ask(conversation, server, question) {
      const look = lookerOf(conversation, server, '')
      return askThrough(look, lineOf(conversation, server).inbound, question)
    },
  }
}

function newLine(options: LookOptions, server: string): Line {
  const failed = (cause: unknown): void =>
    options.log(`a notification of server \`${server}\` was kept back`, cause)
  return {
    inbound: inOrder(MOST_WAITING, failed),
    outbound: inOrder(MOST_WAITING, failed),
    react: fresh(options, options.now()),
  }
}

function fresh(options: LookOptions, now: number): Line['react'] {
  return { tell: reactions(options, 'unrecorded'), until: now + TOLD_FOR }
}

/** What is said beside calls is read, of the server as a whole or of the resource that it names. */
function requestOf(
  { now }: LookOptions,
  { client }: Conversation,
  { subject, authorization }: Sender,
  server: string,
  name: string,
): AccessRequest {
  const { classification } = WITHOUT_SCHEMA
  return {
    subject,
    authorization,
    client,
    action: 'read',
    target: { kind: 'resource', server, name, classification },
    arguments: {},
    facts: NO_FACTS,
    rate: {},
    time: now(),
  }
}
