import { GatewayError } from '../kernel/errors.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { emptyResult } from './answer.ts'
import type { Relay } from './relay.ts'
import type { Sessions } from './sessions.ts'
import type { Upstreams } from './upstreams.ts'

/** Milliseconds for a preference to be taken. */
const TIMEOUT = 10_000

/**
 * `logging/setLevel` (up to 2025-11-25): passed on to a legacy server; kept for a modern one, which
 * wants the level with each request.
 */
export async function setLevel(
  { upstreams, relay, sessions }: { upstreams: Upstreams; relay: Relay; sessions: Sessions },
  exchange: Exchange,
): Promise<Response> {
  const { conversation, request } = exchange
  const { endpoint } = conversation
  const params = request.params ?? {}
  const level = params['level']
  if (typeof level !== 'string')
    throw new GatewayError('params_invalid', '`level` must be a string')
  sessions.setLogLevel(conversation, level)
  if (endpoint.kind === 'server') {
    const era = await upstreams.use(conversation, endpoint.server, async (link) => link.era)
    if (era === 'legacy') return relay.ask(exchange, endpoint.server, 'logging/setLevel', params)
  } else {
    const open = await upstreams.open(conversation)
    await Promise.allSettled(open.filter(takesLevel).map((link) => tell(link, level)))
  }
  return emptyResult(request, conversation.era)
}

/** Sets the level at one legacy server. */
export function tell(link: Link, level: string): Promise<Response> {
  return link.request({
    request: {
      kind: 'request',
      id: 'bailiwick-level',
      method: 'logging/setLevel',
      params: { level },
    },
    signal: AbortSignal.timeout(TIMEOUT),
    timeout: TIMEOUT,
    onNotification: () => undefined,
    onRequest: async ({ id }) => ({
      kind: 'error',
      id,
      error: { code: -32601, message: 'not taken here' },
    }),
  })
}

/** Whether a level can be set at this link's server. */
export function takesLevel(link: Link): boolean {
  return link.era === 'legacy' && link.claims.capabilities['logging'] !== undefined
}
