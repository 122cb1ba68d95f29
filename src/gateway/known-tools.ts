import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Aim } from './aim.ts'
import { gather, type ListOptions } from './lists.ts'
import type { Known } from './pipeline.ts'

/** Definitions older than this are listed again behind the next call, milliseconds. */
const FRESH = 5 * 60_000

/** Tools as the gateway knows them: listed by their server before they are called, and listed anew. */
export interface KnownTools {
  /** @throws GatewayError `tool_unknown`, or why the server could not list its tools. */
  resolve(aim: Aim): Promise<Known>
  /** The server said that its tools changed. */
  changed(server: string): void
}

export function knownTools(
  lists: Pick<ListOptions, 'relay' | 'catalog'>,
  tool: (server: string, name: string) => Known | undefined,
  now: Clock,
): KnownTools {
  const listed = new Map<string, number>()
  const listing = new Map<string, Promise<unknown>>()

  const list = (exchange: Exchange, server: string): Promise<unknown> => {
    const running = listing.get(server)
    if (running !== undefined) return running
    const run = gather(lists, exchange, server, 'tools')
      .then(() => listed.set(server, now()))
      .finally(() => listing.delete(server))
    listing.set(server, run)
    return run
  }
  return {
    changed: (server) => {
      listed.delete(server)
    },
    async resolve({ exchange, server, name }) {
      const at = listed.get(server)
      const known = at === undefined ? undefined : tool(server, name)
      if (known) {
        if (at !== undefined && now() - at > FRESH) list(exchange, server).catch(() => undefined)
        return known
      }
      await list(exchange, server)
      const found = tool(server, name)
      if (found) return found
      throw new GatewayError(
        'tool_unknown',
        `no tool \`${String(exchange.request.params?.['name'])}\``,
      )
    },
  }
}
