import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response } from '../mcp/message.ts'
import type { Directory } from './aim.ts'
import { result } from './answer.ts'
import type { UndecidedFlow } from './flow/lists.ts'
import { gatherAll, LIST_METHODS, type ListOptions } from './lists.ts'
import type { ListKind } from './methods.ts'
import { ownersOf } from './owners.ts'
import { OWN_META } from './server-words.ts'
import { checkUndecided } from './undecided.ts'
import { shownOf, type VirtualServers } from './virtual.ts'

/** Items per page of an aggregated list. */
const PAGE = 1_000
/** Lists in the middle of being paged: of one holder, and over all. The oldest is given up. */
const MAX_OPEN_EACH = 8
const MAX_OPEN_LISTS = 100

/** Joins and splits the names that the aggregated endpoint shows. */
export interface Names {
  join(server: string, name: string): string | undefined
  split(name: string): { readonly server: string; readonly name: string } | undefined
}

interface RoofOptions extends ListOptions {
  /** Takes note of what a client is about to see. */
  readonly flow: Pick<UndecidedFlow, 'items'>
  readonly servers: readonly string[]
  readonly virtual: VirtualServers
  readonly names: Names
  readonly now: Clock
  readonly randomId: RandomId
}

/** The endpoint where all servers stand under one roof: `server__tool`, one list, one address per URI. */
export interface Roof extends Directory {
  list(exchange: Exchange, kind: ListKind): Promise<Response>
}

interface OpenList {
  readonly holder: string
  readonly kind: ListKind
  readonly items: readonly Listed[]
}

/** An item, and whose it is. */
interface Listed {
  readonly server: string
  readonly item: JsonObject
}

/** Makes it. See {@link Roof}. */
export function roof(options: RoofOptions): Roof {
  const { names, servers, virtual } = options
  const open = new Map<string, OpenList>()

  return {
    split(name) {
      const found = names.split(name)
      return found && (servers.includes(found.server) || virtual.has(found.server))
        ? found
        : undefined
    },
    ownerOf: ownersOf(options),
    async list(exchange, kind) {
      const params = exchange.request.params
      checkUndecided(LIST_METHODS[kind], params)
      const { holder } = exchange.conversation
      const cursor = params?.['cursor']
      if (cursor !== undefined) {
        const [id = '', from = ''] = String(cursor).split('.')
        const list = open.get(id)
        if (list?.holder !== holder || list.kind !== kind || !/^\d{1,9}$/.test(from)) {
          throw new GatewayError('params_invalid', 'the cursor is not known or no longer valid')
        }
        return page(options, exchange, kind, list.items, Number(from), id, [])
      }
      const pick = (server: string, items: readonly JsonObject[]): readonly Listed[] =>
        [
          ...items
            .filter((item) => options.visible(exchange, server, kind, item))
            .flatMap((item) => renamed(names, kind, server, item)),
          ...(kind === 'tools' ? narrowedFrom(options, exchange, server) : []),
        ].map((item) => ({ server, item }))
      const { items, missing } = await gatherAll(options, exchange, servers, kind, pick)
      const id = options.randomId()
      if (items.length > PAGE) remember(open, id, { holder, kind, items })
      return page(options, exchange, kind, items, 0, id, missing)
    },
  }
}

/** Tools of virtual servers that rest on this one, which has just listed its own. */
function narrowedFrom(
  options: RoofOptions,
  exchange: Exchange,
  source: string,
): readonly JsonObject[] {
  const behind = [...options.virtual.values()].filter(({ sources }) => sources.includes(source))
  return behind.flatMap((server) =>
    shownOf(options, exchange, server, source).flatMap((item) =>
      renamed(options.names, 'tools', server.name, item),
    ),
  )
}

async function page(
  { flow }: RoofOptions,
  exchange: Exchange,
  kind: ListKind,
  items: readonly Listed[],
  from: number,
  id: string,
  missing: readonly JsonObject[],
): Promise<Response> {
  const next = from + PAGE
  const listed = items.slice(from, next)
  for (const [server, own] of Map.groupBy(listed, (one) => one.server))
    await flow.items(
      exchange,
      server,
      kind,
      own.map(({ item }) => item),
    )
  const modern = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
  return result(exchange.request, {
    ...(exchange.conversation.era === 'modern' ? modern : {}),
    [kind]: listed.map(({ item }) => item),
    ...(next < items.length ? { nextCursor: `${id}.${next}` } : {}),
    ...(missing.length > 0 ? { _meta: { [`${OWN_META}unavailable`]: missing } } : {}),
  })
}

function remember(open: Map<string, OpenList>, id: string, list: OpenList): void {
  const own = [...open].filter(([, { holder }]) => holder === list.holder)
  for (const [oldest] of own.slice(0, Math.max(0, own.length + 1 - MAX_OPEN_EACH)))
    open.delete(oldest)
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
