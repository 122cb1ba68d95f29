import type { FlowBook, FlowCall } from '../../kernel/flow.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import { principalOf } from '../../kernel/subject.ts'
import type { Exchange } from '../../mcp/exchange.ts'
import type { Response } from '../../mcp/message.ts'
import type { Handling, ListKind } from '../methods.ts'
import { asking } from './book.ts'
import { wordsOfAnswer, wordsOfResult } from './words.ts'

/**
 * Takes in what servers say where nothing is decided. Definitions of tools and prompts are not among it: they
 * are what people approved. Resources come and go, and anybody may have named them.
 *
 * All throw GatewayError `flow_unavailable`: then the client must not see it.
 */
export interface UndecidedFlow {
  /** Items of one server, in a list of several. */
  items(
    exchange: Exchange,
    server: string,
    kind: ListKind,
    items: readonly JsonObject[],
  ): Promise<void>
  /** The answer of the one server whose endpoint it is; of all together only what is an error. */
  answer(exchange: Exchange, handling: Handling, response: Response): Promise<void>
}

interface UndecidedFlowOptions {
  readonly flow: FlowBook
  readonly now: Clock
}

/** Makes it. See {@link UndecidedFlow}. */
export function undecidedFlow({ flow, now }: UndecidedFlowOptions): UndecidedFlow {
  const learn = async (exchange: Exchange, server: string, words: Json): Promise<void> => {
    const { subject, authorization } = exchange.sender
    const { client, grant } = authorization
    const of: FlowCall = {
      key: { principal: principalOf(subject), client, grant },
      call: '',
      server,
      target: exchange.request.method,
      kind: 'resource',
      time: now(),
    }
    await asking(() => flow.learn(of, { trust: 'untrusted', reads: [], fields: {} }, words))
  }
  return {
    async items(exchange, server, kind, items) {
      if (isPinned(kind) || items.length === 0) return
      await learn(exchange, server, { [kind]: items })
    },
    async answer(exchange, handling, response) {
      const { endpoint } = exchange.conversation
      const words = wordsIn(exchange, handling, response)
      if (words !== undefined)
        await learn(exchange, endpoint.kind === 'server' ? endpoint.server : '', words)
    },
  }
}

function isPinned(kind: ListKind): boolean {
  return kind === 'tools' || kind === 'prompts'
}

function wordsIn(
  { conversation }: Exchange,
  handling: Handling,
  response: Response,
): Json | undefined {
  if (response.kind === 'error') return wordsOfAnswer(response)
  if (handling.kind !== 'list' || isPinned(handling.items)) return undefined
  const { [handling.items]: items, _meta } = response.result
  const empty = !Array.isArray(items) || items.length === 0
  if (conversation.endpoint.kind === 'all' || empty) return undefined
  return wordsOfResult({ [handling.items]: items, ...(_meta === undefined ? {} : { _meta }) })
}
