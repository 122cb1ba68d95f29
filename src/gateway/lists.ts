import type { AccessRequest } from '../kernel/access.ts'
import { GatewayError, toGatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'
import type { Response, ResultResponse } from '../mcp/message.ts'
import { losslessResult } from './lossless.ts'
import type { ListKind } from './methods.ts'
import type { Relay, Undecided } from './relay.ts'

/** Which request lists which items. */
export const LIST_METHODS = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
} as const satisfies Record<ListKind, Undecided>

/** Pages that one list may have; a server that never ends must not hold us for ever. */
const MAX_PAGES = 200

/** What the catalog makes of listed items. */
export interface Learning {
  /**
   * Takes in the items of a page (`complete`: of all pages) and gives back those that are fit to be
   * shown: well-formed and unambiguous.
   */
  learn(
    server: string,
    kind: ListKind,
    items: readonly JsonObject[],
    complete: boolean,
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
  const params = exchange.request.params ?? {}
  const response = await options.relay.ask(exchange, server, LIST_METHODS[kind], params)
  if (response.kind === 'error') return response
  const whole = params['cursor'] === undefined && response.result['nextCursor'] === undefined
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
  const listed = itemsOf(response.result, kind)
  const fit = options.catalog.learn(server, kind, listed, whole)
  const shown = fit.filter((item) => options.visible(exchange, server, kind, item))
  const modern = exchange.conversation.era === 'modern'
  if (!modern && shown.length === listed.length) return response
  if (shown.length === listed.length && response.result['cacheScope'] === 'private') return response
  const keep = new Set(shown)
  const result = losslessResult(response)
  const kept = itemsOf(result, kind).filter((_, index) => keep.has(listed[index] ?? {}))
  const scope = modern ? { cacheScope: 'private' } : {}
  return { kind: 'result', id: response.id, result: { ...result, [kind]: kept, ...scope } }
}

/** All items of a server's list, page after page, learned and fit to be shown. */
export async function gather(
  options: Pick<ListOptions, 'relay' | 'catalog'>,
  exchange: Exchange,
  server: string,
  kind: ListKind,
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = []
  const meta = withoutProgress(exchange.request.params?.['_meta'])
  let cursor: unknown
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = { ...meta, ...(typeof cursor === 'string' ? { cursor } : {}) }
    const response = await options.relay.ask(exchange, server, LIST_METHODS[kind], params)
    if (response.kind === 'error') {
      // A server without the capability has no such list; the protocol lets it say so.
      if (response.error.code === -32601) return options.catalog.learn(server, kind, [], true)
      throw new GatewayError('upstream_failed', `server \`${server}\` could not list its ${kind}`)
    }
    items.push(...itemsOf(losslessResult(response), kind))
    cursor = response.result['nextCursor']
    if (typeof cursor !== 'string') return options.catalog.learn(server, kind, items, true)
  }
  throw new GatewayError('upstream_malformed', `server \`${server}\` lists its ${kind} without end`)
}

/** The items of several servers; those that did not answer are named instead. */
export async function gatherAll(
  options: Pick<ListOptions, 'relay' | 'catalog'>,
  exchange: Exchange,
  servers: readonly string[],
  kind: ListKind,
): Promise<{
  readonly items: readonly { readonly server: string; readonly item: JsonObject }[]
  readonly missing: readonly { readonly server: string; readonly code: string }[]
}> {
  const answers = await Promise.allSettled(
    servers.map((server) => gather(options, exchange, server, kind)),
  )
  const items = []
  const missing = []
  for (const [index, answer] of answers.entries()) {
    const server = servers[index] ?? ''
    if (answer.status === 'rejected')
      missing.push({ server, code: toGatewayError(answer.reason).code })
    else for (const item of answer.value) items.push({ server, item })
  }
  return { items, missing }
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

function itemsOf(result: JsonObject, kind: ListKind): readonly JsonObject[] {
  const items = result[kind]
  return Array.isArray(items) ? items.filter(isObject) : []
}

function withoutProgress(meta: unknown): JsonObject {
  if (!isObject(meta)) return {}
  const { progressToken: _, ...kept } = meta
  return { _meta: kept }
}
