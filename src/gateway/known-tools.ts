import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Aim } from './aim.ts'
import type { Known } from './known.ts'
import { gather, type ListOptions } from './lists.ts'
import { orCancelled } from './waiting.ts'

/** Definitions older than this are listed again behind the next call, milliseconds. */
const FRESH = 5 * 60_000
/** Milliseconds until a list that could not be had again is asked for again. */
const RETRY = 30_000

/** Tools as the gateway knows them: listed by their server before they are called, and listed anew. */
export interface KnownTools {
  /** @throws GatewayError `tool_unknown`, or why the server could not list its tools. */
  resolve(aim: Aim): Promise<Known>
  /** The server said that its tools changed, or showed that they did. */
  changed(server: string): void
}

/** Makes it; `tool` finds what was listed. */
export function knownTools(
  lists: Pick<ListOptions, 'relay' | 'catalog'>,
  tool: (server: string, name: string) => Known | undefined,
  now: Clock,
): KnownTools {
  const listed = new Map<string, number>()
  const listing = new Map<string, Promise<unknown>>()
  const changes = new Map<string, number>()

  const list = (exchange: Exchange, server: string): Promise<unknown> => {
    const running = listing.get(server)
    if (running !== undefined) return running
    const before = changes.get(server)
    const run = gather(lists, exchange, server, 'tools')
      .then(() => {
        // What changed while it was listed may be in it or not.
        if (changes.get(server) === before) listed.set(server, now())
      })
      .finally(() => listing.delete(server))
    listing.set(server, run)
    return run
  }
  const listFor = async (exchange: Exchange, server: string): Promise<void> => {
    const running = listing.get(server)
    const shared = running ?? list(exchange, server)
    try {
      await orCancelled(shared, exchange.cancelled)
    } catch (thrown) {
      // Who began it may have given up, or lost his session: that is no reason for this call.
      if (running === undefined || exchange.cancelled.aborted) throw thrown
      await orCancelled(list(exchange, server), exchange.cancelled)
    }
  }
  const renew = (exchange: Exchange, server: string): void => {
    list(exchange, server).catch(() => listed.set(server, now() - FRESH + RETRY))
  }
  return {
    changed: (server) => {
      listed.delete(server)
      changes.set(server, (changes.get(server) ?? 0) + 1)
    },
    async resolve({ exchange, server, name }) {
      const at = listed.get(server)
      const known = at === undefined ? undefined : tool(server, name)
      if (known) {
        if (at !== undefined && now() - at > FRESH) renew(exchange, server)
        return known
      }
      await listFor(exchange, server)
      const found = tool(server, name)
      if (found) return found
      const given = String(exchange.request.params?.['name'])
      throw new GatewayError('tool_unknown', `no tool \`${given}\``)
    },
  }
}
