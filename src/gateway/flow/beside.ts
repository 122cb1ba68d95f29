import type { Sender } from '../../kernel/authentication.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { FlowBook, FlowCall, FlowSource } from '../../kernel/flow.ts'
import type { Clock } from '../../kernel/ports.ts'
import { principalOf } from '../../kernel/subject.ts'
import type { Conversation } from '../../mcp/exchange.ts'
import type { Notification } from '../../mcp/message.ts'
import type { Beside } from '../screen/beside.ts'
import { asking } from './book.ts'
import { MOST_TOLD } from './call-flow.ts'
import { askThrough, bring, pass, type Taking } from './guard.ts'
import { learnedInOrder } from './learned-in-order.ts'
import { NO_FLOW } from './no-flow.ts'

interface BesideFlowOptions {
  readonly flow: FlowBook
  readonly now: Clock
  readonly log: (message: string, cause?: unknown) => void
}

/** Nobody says who writes what a server says beside calls. */
const ANYBODY: FlowSource = { trust: 'untrusted', reads: [], fields: {} }

/** What passes `beside` is taken in as well before a client sees it: on sessions and on subscriptions. */
export function besideFlow({ flow, now, log }: BesideFlowOptions, beside: Beside): Beside {
  if (flow === NO_FLOW) return beside
  const senders = new WeakMap<Conversation, Sender>()
  const lines = new WeakMap<Conversation, Map<string, Taking>>()

  const callOf = (conversation: Conversation, server: string): FlowCall => {
    const sender = senders.get(conversation)
    if (sender === undefined) throw new GatewayError('internal', 'internal error')
    const { client, grant } = sender.authorization
    const key = { principal: principalOf(sender.subject), client, grant }
    return { key, call: '', server, target: '', kind: 'resource', time: now() }
  }
  const takingOf = (conversation: Conversation, server: string): Taking => {
    const known = lines.get(conversation) ?? new Map<string, Taking>()
    lines.set(conversation, known)
    const taking = known.get(server) ?? made(conversation, server)
    known.set(server, taking)
    return taking
  }
  const made = (conversation: Conversation, server: string): Taking => {
    const learn: Taking['learn'] = (words) =>
      asking(async () => flow.learn(callOf(conversation, server), ANYBODY, words))
    const told = learnedInOrder(learn, MOST_TOLD, (cause) =>
      log(`a notification of server \`${server}\` was kept back`, cause),
    )
    return { learn, told, bring: async (typed) => bring(flow, callOf(conversation, server), typed) }
  }
  return {
    heard(exchange) {
      senders.set(exchange.conversation, exchange.sender)
      beside.heard(exchange)
    },
    tell: (conversation, server, notification, send) =>
      beside.tell(conversation, server, notification, (passed: Notification) =>
        pass(takingOf(conversation, server), passed, send),
      ),
    said: beside.said,
    ask: (conversation, server, question) =>
      beside.ask(conversation, server, {
        ...question,
        ask: (passed) =>
          askThrough(takingOf(conversation, server), passed, question.signal, question.ask),
      }),
  }
}
