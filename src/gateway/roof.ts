import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Directory } from './aim.ts'
import { result } from './answer.ts'
import { gatherAll, type ListOptions } from './lists.ts'
import type { ListKind } from './methods.ts'

/** Items per page of an aggregated list. */
const PAGE = 1_000
/** Lists in the middle of being paged, over all clients; the oldest is given up. */
const MAX_OPEN_LISTS = 100
/** How long the owners of URIs are believed before the servers are asked again, milliseconds. */
const OWNERS_FRESH = 30_000

/** Joins and splits the names that the aggregated endpoint shows. */
export interface Names {
  join(server: string, name: string): string | undefined
  split(name: string): { readonly server: string; readonly name: string } | undefined
}

interface RoofOptions extends ListOptions {
  readonly servers: readonly string[]
  readonly names: Names
  readonly now: Clock
  readonly randomId: RandomId
}

/** The endpoint where all servers stand under one roof: `server__tool`, one list, one address per URI. */
export interface Roof extends Directory {
  list(exchange: Exchange, kind: ListKind): Promise<Response>
}

interface OpenList {
  readonly subject: string
  readonly kind: ListKind
  readonly items: readonly JsonObject[]
}

export function roof(options: RoofOptions): Roof {
  const { names, servers } = options
  const open = new Map<string, OpenList>()
  const owners = ownersOf(options)

  return {
    split(name) {
      const found = names.split(name)
      return found && servers.includes(found.server) ? found : undefined
    },
    ownerOf: owners,
    async list(exchange, kind) {
      const subject = exchange.conversation.subject.id
      const cursor = exchange.request.params?.['cursor']
      if (cursor !== undefined) {
        const [id = '', from = ''] = String(cursor).split('.')
        const list = open.get(id)
        if (list?.subject !== subject || list.kind !== kind || !/^\d{1,9}$/.test(from)) {
          throw new GatewayError('params_invalid', 'the cursor is not known or no longer valid')
        }
        return page(exchange, kind, list.items, Number(from), id, [])
      }
      const { items, missing } = await gatherAll(options, exchange, servers, kind)
      const shown = items
        .filter(({ server, item }) => options.visible(exchange, server, kind, item))
        .flatMap(({ server, item }) => renamed(names, kind, server, item))
      const id = options.randomId()
      if (shown.length > PAGE) remember(open, id, { subject, kind, items: shown })
      return page(exchange, kind, shown, 0, id, missing)
    },
  }
}

function page(
  exchange: Exchange,
  kind: ListKind,
  items: readonly JsonObject[],
  from: number,
  id: string,
  missing: readonly JsonObject[],
): Response {
  const next = from + PAGE
  const modern = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
  return result(exchange.request, {
    ...(exchange.conversation.era === 'modern' ? modern : {}),
    [kind]: items.slice(from, next),
    ...(next < items.length ? { nextCursor: `${id}.${next}` } : {}),
    ...(missing.length > 0 ? { _meta: { 'dev.bailiwick/unavailable': missing } } : {}),
  })
}

function remember(open: Map<string, OpenList>, id: string, list: OpenList): void {
  for (const oldest of open.keys()) {
    if (open.size < MAX_OPEN_LISTS) break
    open.delete(oldest)
  }
  open.set(id, list)
}

function renamed(
  names: Names,
  kind: ListKind,
  server: string,
  item: JsonObject,
): readonly JsonObject[] {
  if (kind === 'resources' || kind === 'resourceTemplates') return [item]
  const name = names.join(server, String(item['name']))
  return name === undefined ? [] : [{ ...item, name }]
}

/** Finds who offers a URI: whoever lists it, else whose template fits. Two owners are none. */
function ownersOf(options: RoofOptions): Directory['ownerOf'] {
  const known = new Map<string, { readonly at: number; readonly listed: Promise<Offers> }>()
  return async (exchange, uri) => {
    const subject = exchange.conversation.subject.id
    const fresh = known.get(subject)
    const now = options.now()
    const listed = fresh && now - fresh.at < OWNERS_FRESH ? fresh.listed : offers(options, exchange)
    if (listed !== fresh?.listed) {
      known.delete(subject)
      known.set(subject, { at: now, listed })
      listed.catch(() => known.delete(subject))
    }
    const { uris, templates } = await listed
    const direct = uris.get(uri)
    const fitting =
      direct ?? new Set(templates.filter(({ fits }) => fits(uri)).map(({ server }) => server))
    const [owner, second] = fitting
    if (owner !== undefined && second === undefined) return owner
    if (owner === undefined)
      throw new GatewayError('resource_unknown', `no server offers \`${uri}\``)
    const all = [...fitting].join('`, `')
    throw new GatewayError(
      'resource_unknown',
      `several servers offer \`${uri}\`: \`${all}\`; read it at the endpoint of one`,
    )
  }
}

interface Offers {
  readonly uris: ReadonlyMap<string, ReadonlySet<string>>
  readonly templates: readonly {
    readonly server: string
    readonly fits: (uri: string) => boolean
  }[]
}

async function offers(options: RoofOptions, exchange: Exchange): Promise<Offers> {
  const { servers } = options
  const resources = await gatherAll(options, exchange, servers, 'resources')
  const listed = await gatherAll(options, exchange, servers, 'resourceTemplates')
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
  return { uris, templates }
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
