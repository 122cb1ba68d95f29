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

interface KnownToolsOptions {
  readonly lists: Pick<ListOptions, 'relay' | 'catalog'>
  /** Finds what was listed. */
  readonly tool: (server: string, name: string) => Known | undefined
  /** The server that lists what a tool is made of: its own; undefined for a tool that cannot be. */
  readonly sourceOf: (server: string, name: string) => string | undefined
  readonly now: Clock
}

/** Makes it. See {@link KnownTools}. */
export function knownTools({ lists, tool, sourceOf, now }: KnownToolsOptions): KnownTools {
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
      const source = sourceOf(server, name)
      if (source === undefined) throw unknownTool(exchange)
      const at = listed.get(source)
      const known = at === undefined ? undefined : tool(server, name)
      if (known) {
        if (at !== undefined && now() - at > FRESH) renew(exchange, source)
        return known
      }
      await listFor(exchange, source)
      const found = tool(server, name)
      if (found) return found
      throw unknownTool(exchange)
    },
  }
}

function unknownTool({ request }: Exchange): GatewayError {
  return new GatewayError('tool_unknown', `no tool \`${String(request.params?.['name'])}\``)
}
