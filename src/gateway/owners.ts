import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Directory } from './aim.ts'
import { gatherAll, type ListOptions } from './lists.ts'
import { orCancelled } from './waiting.ts'

/** How long the owners of URIs are believed before the servers are asked again, milliseconds. */
const FRESH = 30_000
/** Principals whose owners are kept; the one asked for longest ago is forgotten. */
const MAX_PRINCIPALS = 100

interface OwnersOptions extends Pick<ListOptions, 'relay' | 'catalog'> {
  readonly servers: readonly string[]
  readonly now: Clock
}

interface Offers {
  readonly uris: ReadonlyMap<string, ReadonlySet<string>>
  readonly templates: readonly {
    readonly server: string
    readonly fits: (uri: string) => boolean
  }[]
  /** Whether every server said what it offers. */
  readonly whole: boolean
}

interface Asked {
  readonly at: number
  readonly offers: Promise<Offers>
}

/** Finds who offers a URI: whoever lists it, else whose template fits. Two owners are none. */
export function ownersOf(options: OwnersOptions): Directory['ownerOf'] {
  const known = new Map<string, Asked>()

  const ask = (exchange: Exchange, holder: string): Promise<Offers> => {
    const asked: Asked = { at: options.now(), offers: askAll(options, exchange) }
    known.delete(holder)
    for (const oldest of known.keys()) {
      if (known.size < MAX_PRINCIPALS) break
      known.delete(oldest)
    }
    known.set(holder, asked)
    return asked.offers
  }
  return async (exchange, uri) => {
    const { holder } = exchange.conversation
    const before = known.get(holder)
    const fresh = before !== undefined && options.now() - before.at < FRESH
    const first = fresh ? before.offers : ask(exchange, holder)
    const offers = await orCancelled(first, exchange.cancelled)
    if (!fresh || offers.whole) return ownerIn(offers, uri)
    // Who asked may have given up, and a server that did not answer then may do so now.
    const later = known.get(holder)
    const second = later && later !== before ? later.offers : ask(exchange, holder)
    return ownerIn(await orCancelled(second, exchange.cancelled), uri)
  }
}

function ownerIn({ uris, templates }: Offers, uri: string): string {
  const owners =
    uris.get(uri) ?? new Set(templates.filter(({ fits }) => fits(uri)).map(({ server }) => server))
  const [owner, second] = owners
  if (owner === undefined) throw new GatewayError('resource_unknown', `no server offers \`${uri}\``)
  if (second === undefined) return owner
  const all = [...owners].join('`, `')
  throw new GatewayError(
    'resource_unknown',
    `several servers offer \`${uri}\`: \`${all}\`; read it at the endpoint of one`,
  )
}

async function askAll(options: OwnersOptions, exchange: Exchange): Promise<Offers> {
  const { servers } = options
  const own = (server: string, items: readonly JsonObject[]) =>
    items.map((item) => ({ server, item }))
  const [resources, listed] = await Promise.all([
    gatherAll(options, exchange, servers, 'resources', own),
    gatherAll(options, exchange, servers, 'resourceTemplates', own),
  ])
  const uris = new Map<string, Set<string>>()
  const offer = (uri: unknown, server: string): void => {
    if (typeof uri !== 'string') return
    uris.set(uri, (uris.get(uri) ?? new Set()).add(server))
  }
  for (const { server, item } of resources.items) offer(item['uri'], server)
  // A template's own text is what completion names.
  for (const { server, item } of listed.items) offer(item['uriTemplate'], server)
  const templates = listed.items.map(({ server, item }) => ({
    server,
    fits: templateFits(String(item['uriTemplate'])),
  }))
  return { uris, templates, whole: resources.missing.length + listed.missing.length === 0 }
}

/**
 * Whether a URI can come from a template (RFC 6570): its literal parts occur in order, first and last
 * at the ends. May accept too much, which costs an ambiguity, never a wrong owner chosen silently.
 */
export function templateFits(template: string): (uri: string) => boolean {
  const parts = template.split(/\{[^}]*\}/)
  const [first = '', ...rest] = parts
  const last = rest.pop()
  return (uri) => {
    if (last === undefined) return uri === first
    if (!uri.startsWith(first) || !uri.endsWith(last)) return false
    let from = first.length
    for (const part of rest) {
      const found = uri.indexOf(part, from)
      if (found < 0) return false
      from = found + part.length
    }
    return from + last.length <= uri.length
  }
}
