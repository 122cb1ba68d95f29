import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Link } from '../mcp/upstream/link.ts'
import { emptyResult } from './answer.ts'
import { refuse } from './bridge/refuse.ts'
import type { Relay } from './relay.ts'
import type { Sessions } from './sessions.ts'
import { checkUndecided } from './undecided.ts'
import type { Upstreams } from './upstreams.ts'

/** Milliseconds for a preference to be taken. */
const TIMEOUT = 10_000

/**
 * `logging/setLevel` (up to 2025-11-25): passed on to a legacy server; kept for a modern one, which
 * wants the level with each request, and for servers that the session has not used yet.
 *
 * @throws GatewayError `params_invalid`.
 */
export async function setLevel(
  { upstreams, relay, sessions }: { upstreams: Upstreams; relay: Relay; sessions: Sessions },
  exchange: Exchange,
): Promise<Response> {
  const { conversation, request } = exchange
  const { endpoint } = conversation
  checkUndecided('logging/setLevel', request.params)
  sessions.setLogLevel(conversation, String(request.params?.['level']))
  if (endpoint.kind === 'server' && upstreams.servers.includes(endpoint.server)) {
    const era = await upstreams.use(conversation, endpoint.server, async (link) => link.era)
    if (era === 'legacy') return relay.forward(exchange, endpoint.server, 'logging/setLevel')
  } else {
    const open = await upstreams.open(conversation)
    await Promise.allSettled(open.map(({ link }) => bringLevel(sessions, conversation, link)))
  }
  return emptyResult(request, conversation.era)
}

/** Sets a session's level at one server, if it has one and the server takes it. */
export async function bringLevel(
  sessions: Pick<Sessions, 'logLevel'>,
  conversation: Conversation,
  link: Link,
): Promise<void> {
  const level = sessions.logLevel({ conversation })
  const takes = link.era === 'legacy' && link.claims.capabilities['logging'] !== undefined
  if (level === undefined || !takes) return
  await link.request({
    request: {
      kind: 'request',
      id: 'bailiwick-level',
      method: 'logging/setLevel',
      params: { level },
    },
    signal: conversation.ended,
    timeout: TIMEOUT,
    onNotification: () => undefined,
    onRequest: refuse,
  })
}
