import { GatewayError } from '../../kernel/errors.ts'
import type { FlowBook, FlowCall } from '../../kernel/flow.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import { asking } from './book.ts'
import type { LearnedInOrder } from './learned-in-order.ts'
import { asArguments, typedIn } from './rounds.ts'
import { wordsOfNotification, wordsOfResult } from './words.ts'

/** How what a server says on the way gets into the memory of what was read. */
export interface Taking {
  readonly learn: (words: Json) => Promise<unknown>
  readonly told: LearnedInOrder
  /** What a person typed is their own word, unless something that was read says the same. */
  readonly bring: (typed: JsonObject) => Promise<void>
}

/** An exchange through which a client sees nothing that was not taken in. */
export function guarded(exchange: Exchange, taking: Taking): Exchange {
  return {
    ...exchange,
    notify: (notification) => pass(taking, notification, exchange.notify),
    ask: (method, params, signal) =>
      askThrough(taking, params, signal, (passed) => exchange.ask(method, passed, signal)),
  }
}

/** Passes a notification on in its turn, once it was taken in. */
export function pass(
  { told }: Pick<Taking, 'told'>,
  notification: Notification,
  send: (notification: Notification) => void,
): void {
  told.push(wordsOfNotification(notification), () => send(notification))
}

/**
 * Asks a client what a server wants to know, once the question was taken in.
 *
 * @throws GatewayError `flow_unavailable`, and the client is not asked; `cancelled`.
 */
export async function askThrough(
  { learn, told, bring }: Taking,
  params: JsonObject | undefined,
  signal: AbortSignal,
  ask: (params: JsonObject | undefined) => Promise<Response>,
): Promise<Response> {
  if (!told.idle()) await told.settled()
  const words = params && wordsOfResult(params)
  if (words !== undefined) await learn(words)
  if (signal.aborted) throw new GatewayError('cancelled', 'the question was taken back')
  const response = await ask(params)
  const typed = response.kind === 'result' ? typedIn(response.result) : undefined
  if (typed !== undefined) await bring(typed)
  return response
}

/** What a person typed: new values of it are the subject's from now on. */
export async function bring(flow: FlowBook, call: FlowCall, typed: JsonObject): Promise<void> {
  if (Object.keys(typed).length === 0) return
  const facts = await asking(() => flow.look(call, asArguments(typed)))
  await asking(() => flow.leaves(call, facts))
}
