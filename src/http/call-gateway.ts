import { toGatewayError } from '../kernel/errors.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import { errorResponse, logLine } from './errors.ts'
import { atExpiry, type Incoming, type Site } from './site.ts'

/** How a run can be stopped from outside, and whether it would ever end without. */
interface RunOptions {
  readonly endless: boolean
  readonly stop: () => void
}

/**
 * Lets the gateway answer one exchange, counted against its subject's quota. A gateway that
 * throws, which it must not, is answered for with `internal`.
 *
 * @throws GatewayError `too_many_requests`.
 */
export async function callGateway(
  site: Site,
  incoming: Incoming,
  exchange: Exchange,
  options: RunOptions,
): Promise<Response> {
  site.quota.take(incoming.principal)
  const run = { ...options, sender: exchange.sender }
  site.running.add(run)
  const over = run.endless ? atExpiry(site, run.sender, run.stop) : undefined
  try {
    return await site.gateway.handle(exchange)
  } catch (thrown) {
    const error = toGatewayError(thrown)
    const requestId = site.randomId()
    site.log(logLine(error, requestId) ?? `http: the gateway threw ${error.code}`)
    return errorResponse(error, exchange.request.id, requestId)
  } finally {
    clearTimeout(over)
    site.running.delete(run)
    site.quota.give(incoming.principal)
  }
}
