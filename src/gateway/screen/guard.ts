import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Notification, Response } from '../../mcp/message.ts'
import type { InOrder } from './in-order.ts'
import type { Looker } from './look.ts'
import type { Sifted } from './sift.ts'
import { viewOf } from './view.ts'
import { blocked } from './words.ts'

/**
 * An exchange through which nothing passes that was not looked at: what a server tells its client, what it
 * asks it, and what the client answers. In the order in which it came.
 */
export function guarded(exchange: Exchange, looker: Looker, order: InOrder): Exchange {
  const tell = teller(looker, order)
  return {
    ...exchange,
    notify: (notification) => tell(notification, (passed) => exchange.notify(passed)),
    ask: (method, params, signal) =>
      askThrough(looker, order, {
        params,
        signal,
        ask: (passed) => exchange.ask(method, passed, signal),
      }),
  }
}

/** Passes notifications on, each in its turn. What must not pass is dropped: it is on record. */
export function teller(
  looker: Looker,
  order: InOrder,
  direction: 'inbound' | 'outbound' = 'inbound',
): (notification: Notification, send: (notification: Notification) => void) => void {
  return (notification, send) => {
    const pass = (sifted: Sifted, restore: (changed: JsonObject) => JsonObject): void => {
      if (isStopped(sifted)) return
      const params = restore(sifted.value)
      send(params === notification.params ? notification : { ...notification, params })
    }
    // A flood that cannot be looked at in time does not pass.
    order.push(() => {
      if (notification.params === undefined) return send(notification)
      const { value, restore } = viewOf(notification.params)
      const sifted = looker.look({ direction, value, part: () => 'notification' })
      return sifted instanceof Promise
        ? sifted.then((done) => pass(done, restore))
        : pass(sifted, restore)
    })
  }
}

/** A question of a server, on its way to a client. */
export interface Question {
  readonly params: JsonObject | undefined
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal
  /** Asks the client. */
  readonly ask: (params: JsonObject | undefined) => Promise<Response>
}

/**
 * Asks a client what a server wants to know, and gives the server what the client answered. At once where
 * there is nothing to wait for: whoever takes a question back must find it asked.
 *
 * @throws GatewayError `content_blocked`: to the server this is an error; `cancelled`.
 */
export async function askThrough(
  looker: Looker,
  order: InOrder,
  question: Question,
): Promise<Response> {
  if (!order.idle()) await order.settled()
  const { value, restore } = viewOf(question.params ?? {})
  const looked = looker.look({ direction: 'inbound', value, part: () => 'question' })
  const asked = looked instanceof Promise ? await looked : looked
  if (isStopped(asked)) throw blocked('question', asked.matches)
  if (question.signal.aborted) throw new GatewayError('cancelled', 'the question was taken back')
  const response = await question.ask(question.params && restore(asked.value))
  if (response.kind === 'result') return answered(looker, response)
  const { code, message } = response.error
  return { ...response, error: { code, message: await said(looker, message) } }
}

async function answered(
  looker: Looker,
  response: Extract<Response, { kind: 'result' }>,
): Promise<Response> {
  const { id, result } = response
  const view = viewOf(result)
  const sifted = await looker.look({
    direction: 'outbound',
    value: view.value,
    part: () => 'answer',
  })
  if (isStopped(sifted)) throw blocked('answer', sifted.matches)
  const passed = view.restore(sifted.value)
  return passed === result ? response : { kind: 'result', id, result: passed }
}

/** Why a client does not answer. */
async function said(looker: Looker, message: string): Promise<string> {
  const sifted = await looker.look({
    direction: 'outbound',
    value: { message },
    part: () => 'answer',
  })
  if (isStopped(sifted)) throw blocked('answer', sifted.matches)
  return String(sifted.value['message'])
}

function isStopped({ action }: Sifted): boolean {
  // Nobody could release it in time: the call runs.
  return action === 'block' || action === 'withhold'
}
