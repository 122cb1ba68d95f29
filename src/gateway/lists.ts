import type { AccessRequest } from '../kernel/access.ts'
import { type ErrorCode, GatewayError, toGatewayError } from '../kernel/errors.ts'
import { sha256 } from '../kernel/hash.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response, ResultResponse } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import { losslessResult } from './lossless.ts'
import type { ListKind } from './methods.ts'
import type { Edition, Recheck } from './recheck.ts'
import type { Relay } from './relay.ts'
import type { Undecided } from './undecided.ts'
import { inTime } from './waiting.ts'

/** Which request lists which items. */
export const LIST_METHODS = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
} as const satisfies Record<ListKind, Undecided>

/** What one list may hold; a server that never ends must not hold us for ever. */
const MAX_PAGES = 200
const MAX_ITEMS = 100_000
/** Characters. */
const MAX_SIZE = 64 * 1024 * 1024
/** Milliseconds that one server may hold up the list of all; clients give up after a minute. */
const PATIENCE = 30_000

/** Items of a list as they came. */
export interface ListedItems {
  readonly items: readonly JsonObject[]
  /** The same items, with numbers spelled as the server spells them. */
  readonly exact: () => readonly JsonObject[]
  /** What the items were read from, or stands for it: the same text, the same list. */
  readonly text: string | undefined
}

/**
 * Each item in the form in which it may be shown, at its place: the exact one, unless something in it has
 * to be made visible or cut. Undefined for what may not: it is not approved, or not well-formed, or
 * ambiguous.
 */
export type Shown = readonly (JsonObject | undefined)[]

/** What the catalog makes of listed items. */
export interface Learning {
  /**
   * Takes note of a whole list before anything of it counts; undefined when there is nothing to wait for.
   *
   * @throws GatewayError `store_unavailable`: then nothing of it may be shown.
   */
  see(server: string, kind: ListKind, list: ListedItems): Promise<void> | undefined
  /** Takes in a whole list that was seen. What is shown of it is to be asked for in the same turn. */
  learn(
    server: string,
    kind: ListKind,
    list: ListedItems,
  ): { readonly edition: Edition; readonly shown: () => Shown }
  /** What may be shown of a page of the list that is known. */
  page(server: string, kind: ListKind, page: ListedItems): Shown
}

export interface ListOptions {
  readonly relay: Relay
  readonly catalog: Learning
  /** Lists again what may have changed. */
  readonly recheck: Pick<Recheck, 'current'>
  /** Whether the subject of this conversation could ever use this item. */
  readonly visible: (
    exchange: Exchange,
    server: string,
    kind: ListKind,
    item: JsonObject,
  ) => boolean
}

/** Lists of one server, as it pages them, without what this subject could never use. */
export async function listOne(
  options: ListOptions,
  exchange: Exchange,
  server: string,
  kind: ListKind,
): Promise<Response> {
  const response = await options.relay.forward(exchange, server, LIST_METHODS[kind])
  if (response.kind === 'error') return response
  const { cursor } = exchange.request.params ?? {}
  const listed = listedIn(response, kind, server)
  const show = (shown: Shown): Response =>
    filtered(options, exchange, server, kind, response, listed, shown)
  if (cursor === undefined && response.result['nextCursor'] === undefined)
    return takeIn(options, server, kind, listed, ({ shown }) => show(shown()))
  // A page alone tells nothing new from what was listed before: the whole list is taken for that.
  return options.recheck.current(exchange, server, [kind], () =>
    show(options.catalog.page(server, kind, listed)),
  )
}

/** Takes in a whole list, and picks from it before its server can change it. */
async function takeIn<T>(
  { catalog }: Pick<ListOptions, 'catalog'>,
  server: string,
  kind: ListKind,
  listed: ListedItems,
  pick: (learned: ReturnType<Learning['learn']>) => T,
): Promise<T> {
  const waiting = catalog.see(server, kind, listed)
  if (waiting !== undefined) await waiting
  return pick(catalog.learn(server, kind, listed))
}

function filtered(
  { visible }: ListOptions,
  exchange: Exchange,
  server: string,
  kind: ListKind,
  response: ResultResponse,
  { items, exact }: ListedItems,
  shown: Shown,
): Response {
  const kept = items.flatMap((item, at) => {
    const form = shown[at]
    return form !== undefined && visible(exchange, server, kind, item) ? [form] : []
  })
  const modern = exchange.conversation.era === 'modern'
  const all = itemsOf(response.result, kind, server).length === kept.length
  const same = all && exact().every((item, at) => item === kept[at])
  if (same && (!modern || response.result['cacheScope'] === 'private')) return response
  const result = losslessResult(response)
  const scope = modern ? { cacheScope: 'private' } : {}
  return { kind: 'result', id: response.id, result: { ...result, [kind]: kept, ...scope } }
}

/**
 * All items of a server's list, page after page, for `pick` to choose from in the moment in which they
 * are learned.
 *
 * @throws GatewayError `upstream_failed`, `upstream_malformed`, `upstream_too_large`, and as
 *   `Relay.ask`.
 */
export async function gather<T>(
  options: Pick<ListOptions, 'relay' | 'catalog'>,
  exchange: Exchange,
  server: string,
  kind: ListKind,
  pick: (learned: ReturnType<Learning['learn']>) => T,
): Promise<T> {
  const pages: Page[] = []
  const envelope = envelopeOf(exchange)
  let count = 0
  let size = 0
  let cursor: string | undefined
  do {
    const params = { ...envelope, ...(cursor === undefined ? {} : { cursor }) }
    const response = await options.relay.ask(exchange, server, LIST_METHODS[kind], params)
    const page = readPage(response, kind, server)
    pages.push(page)
    count += page.items.length
    size += page.text?.length ?? 0
    cursor = page.next
    if (count > MAX_ITEMS || size > MAX_SIZE || pages.length > MAX_PAGES)
      throw new GatewayError('upstream_too_large', `server \`${server}\` lists too many ${kind}`)
  } while (cursor !== undefined)
  return takeIn(options, server, kind, joinedPages(pages), pick)
}

interface Page extends ListedItems {
  readonly next: string | undefined
}

const NO_PAGE: Page = { items: [], exact: () => [], text: '', next: undefined }

function readPage(response: Response, kind: ListKind, server: string): Page {
  if (response.kind === 'result') {
    const { nextCursor } = response.result
    const next = typeof nextCursor === 'string' ? nextCursor : undefined
    return { ...listedIn(response, kind, server), next }
  }
  // A server without the capability has no such list; the protocol lets it say so.
  if (response.error.code === -32601) return NO_PAGE
  throw new GatewayError('upstream_failed', `server \`${server}\` could not list its ${kind}`)
}

function listedIn(response: ResultResponse, kind: ListKind, server: string): ListedItems {
  let exact: readonly JsonObject[] | undefined
  const objects = (result: JsonObject): readonly JsonObject[] =>
    itemsOf(result, kind, server).filter(isObject)
  const items = objects(response.result)
  return {
    items,
    exact() {
      if (exact !== undefined) return exact
      const lossless = losslessResult(response)
      exact = lossless === response.result ? items : objects(lossless)
      return exact
    },
    text: response.resultText,
  }
}

function joinedPages(pages: readonly Page[]): ListedItems {
  const [first, second] = pages
  if (first !== undefined && second === undefined) return first
  const texts = pages.map(({ text }) => text && sha256(text))
  return {
    items: pages.flatMap(({ items }) => items),
    exact: () => pages.flatMap((page) => page.exact()),
    text: texts.includes(undefined) ? undefined : texts.join(' '),
  }
}

/** What several servers list, and which of them did not answer. */
export interface Gathered<T> {
  readonly items: readonly T[]
  readonly missing: readonly { readonly server: string; readonly code: ErrorCode }[]
}

/**
 * What `pick` makes of the items of several servers; a server that does not answer, or not in time,
 * is named instead. Each list is picked from as it comes in, before its server can change it.
 */
export async function gatherAll<T>(
  options: Pick<ListOptions, 'relay' | 'catalog'>,
  exchange: Exchange,
  servers: readonly string[],
  kind: ListKind,
  pick: (server: string, items: readonly JsonObject[]) => readonly T[],
): Promise<Gathered<T>> {
  const answers = await Promise.all(
    servers.map((server) => {
      const missing = (code: ErrorCode): Gathered<T> => ({ items: [], missing: [{ server, code }] })
      const answer = gather(
        options,
        exchange,
        server,
        kind,
        ({ shown }): Gathered<T> => ({ items: pick(server, shown().filter(isShown)), missing: [] }),
      )
      const settled = answer.catch((thrown: unknown) => missing(toGatewayError(thrown).code))
      return inTime(settled, PATIENCE, () => missing('upstream_timeout'))
    }),
  )
  return {
    items: answers.flatMap(({ items }) => items),
    missing: answers.flatMap(({ missing }) => missing),
  }
}

function isShown(item: JsonObject | undefined): item is JsonObject {
  return item !== undefined
}

/** What names an item, and what kind of target it is, for the decision. */
export function listedTarget(
  kind: ListKind,
  item: JsonObject,
): { readonly kind: AccessRequest['target']['kind']; readonly name: string } {
  const member = {
    tools: 'name',
    prompts: 'name',
    resources: 'uri',
    resourceTemplates: 'uriTemplate',
  }
  const name = item[member[kind]]
  const target = {
    tools: 'tool',
    prompts: 'prompt',
    resources: 'resource',
    resourceTemplates: 'resource',
  } as const
  return { kind: target[kind], name: typeof name === 'string' ? name : '' }
}

/** @throws GatewayError `upstream_malformed` for a list that is none: it could not be filtered. */
function itemsOf(result: JsonObject, kind: ListKind, server: string): readonly Json[] {
  const items = result[kind]
  if (Array.isArray(items)) return items
  throw new GatewayError('upstream_malformed', `server \`${server}\` sent no list of ${kind}`)
}

/** What a modern server wants on a request that is not the client's own: the envelope alone. */
function envelopeOf({ conversation, request }: Exchange): JsonObject {
  const meta = request.params?.['_meta']
  if (conversation.era === 'legacy' || !isObject(meta)) return {}
  const names = [META.protocolVersion, META.clientInfo, META.clientCapabilities]
  const members = names.map((name) => [name, meta[name]] as const)
  return { _meta: Object.fromEntries(members.filter(([, value]) => value !== undefined)) }
}
