import type { AccessRequest } from '../kernel/access.ts'
import { type ErrorCode, GatewayError, toGatewayError } from '../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response, ResultResponse } from '../mcp/message.ts'
import { META } from '../mcp/revision.ts'
import { losslessResult } from './lossless.ts'
import type { ListKind } from './methods.ts'
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

/** What the catalog makes of listed items. */
export interface Learning {
  /**
   * Takes in the items of a page (`complete`: of all pages) and gives back those that are fit to be
   * shown: well-formed and unambiguous.
   *
   * @param text what the items were read from, where that is one text: the same text, the same list
   */
  learn(
    server: string,
    kind: ListKind,
    items: readonly JsonObject[],
    complete: boolean,
    text?: string,
  ): readonly JsonObject[]
}

export interface ListOptions {
  readonly relay: Relay
  readonly catalog: Learning
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
  const whole = cursor === undefined && response.result['nextCursor'] === undefined
  return filtered(options, exchange, server, kind, response, whole)
}

function filtered(
  options: ListOptions,
  exchange: Exchange,
  server: string,
  kind: ListKind,
  response: ResultResponse,
  whole: boolean,
): Response {
  const listed = itemsOf(response.result, kind, server)
  const { resultText } = response
  const fit = options.catalog.learn(server, kind, listed.filter(isObject), whole, resultText)
  const shown = fit.filter((item) => options.visible(exchange, server, kind, item))
  const modern = exchange.conversation.era === 'modern'
  const all = shown.length === listed.length
  if (all && (!modern || response.result['cacheScope'] === 'private')) return response
  const keep: ReadonlySet<unknown> = new Set(shown)
  const result = losslessResult(response)
  const kept = itemsOf(result, kind, server).filter((_, index) => keep.has(listed[index]))
  const scope = modern ? { cacheScope: 'private' } : {}
  return { kind: 'result', id: response.id, result: { ...result, [kind]: kept, ...scope } }
}

/**
 * All items of a server's list, page after page, learned and fit to be shown.
 *
 * @throws GatewayError `upstream_failed`, `upstream_malformed`, `upstream_too_large`, and as
 *   `Relay.ask`.
 */
export async function gather(
  options: Pick<ListOptions, 'relay' | 'catalog'>,
  exchange: Exchange,
  server: string,
  kind: ListKind,
): Promise<readonly JsonObject[]> {
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
  const items = pages.flatMap((page) => page.items)
  const text = pages.length === 1 ? pages[0]?.text : undefined
  const fit = new Set(options.catalog.learn(server, kind, items, true, text))
  return pages.flatMap((page) => page.exact).filter((_, index) => fit.has(items[index] ?? {}))
}

interface Page {
  readonly items: readonly JsonObject[]
  /** The same items, with numbers spelled as the server spells them. */
  readonly exact: readonly JsonObject[]
  readonly text: string | undefined
  readonly next: string | undefined
}

function readPage(response: Response, kind: ListKind, server: string): Page {
  if (response.kind === 'result') {
    const { nextCursor } = response.result
    return {
      items: itemsOf(response.result, kind, server).filter(isObject),
      exact: itemsOf(losslessResult(response), kind, server).filter(isObject),
      text: response.resultText,
      next: typeof nextCursor === 'string' ? nextCursor : undefined,
    }
  }
  // A server without the capability has no such list; the protocol lets it say so.
  if (response.error.code === -32601)
    return { items: [], exact: [], text: undefined, next: undefined }
  throw new GatewayError('upstream_failed', `server \`${server}\` could not list its ${kind}`)
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
      const answer = gather(options, exchange, server, kind).then(
        (items): Gathered<T> => ({ items: pick(server, items), missing: [] }),
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
