import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Conversation, Exchange } from '../mcp/exchange.ts'
import type { Notification, Response } from '../mcp/message.ts'
import type { Aim } from './aim.ts'
import { result } from './answer.ts'
import { type Filter, NOTHING } from './filter.ts'
import { gatherAll, LIST_METHODS, type ListOptions } from './lists.ts'
import type { Handling } from './methods.ts'
import { OWN_META } from './server-words.ts'
import { checkUndecided } from './undecided.ts'

/** A server without a link of its own: each of its tools narrows a tool of a real server. */
export interface VirtualServer {
  readonly name: string
  /** What it says of itself to clients. */
  readonly instructions: string | undefined
  /** The real servers behind its tools. */
  readonly sources: readonly string[]
  /** The real server behind one of its tools; undefined for a tool that it has not. */
  sourceOf(tool: string): string | undefined
  /** Definitions of its tools, in its own order, of which the originals are known. */
  definitions(): readonly JsonObject[]
}

/** The virtual servers by name. */
export type VirtualServers = ReadonlyMap<string, VirtualServer>

export const NO_VIRTUAL: VirtualServers = new Map()

/** The virtual server whose endpoint a conversation is at, if it is. */
export function virtualOf(
  servers: VirtualServers,
  { endpoint }: Pick<Conversation, 'endpoint'>,
): VirtualServer | undefined {
  return endpoint.kind === 'server' ? servers.get(endpoint.server) : undefined
}

/**
 * A virtual server has tools and nothing else.
 *
 * @throws GatewayError `method_unknown` for methods of what it has not.
 */
export function checkOffered(handling: Handling, method: string): void {
  const offered =
    (handling.kind !== 'list' || handling.items === 'tools') &&
    (handling.kind !== 'decide' || handling.action === 'call')
  if (!offered) throw new GatewayError('method_unknown', `no method \`${method}\``)
}

/** Whether news from the server behind a link are for a conversation: prompts and resources are not. */
export function mayHear(
  servers: VirtualServers,
): (conversation: Conversation, notification: Notification) => boolean {
  return (conversation, { method }) =>
    virtualOf(servers, conversation) === undefined ||
    !/^notifications\/(prompts|resources)\//.test(method)
}

/** What may be heard of a virtual server. */
export function toolsOnly({ toolsListChanged }: Filter): Filter {
  return { ...NOTHING, toolsListChanged }
}

/** The tools of a virtual server that this subject could use, once their originals are listed. */
export async function listVirtual(
  options: ListOptions,
  exchange: Exchange,
  server: VirtualServer,
): Promise<Response> {
  checkUndecided(LIST_METHODS.tools, exchange.request.params)
  if (exchange.request.params?.['cursor'] !== undefined)
    throw new GatewayError('params_invalid', 'the cursor is not known or no longer valid')
  const found = new Map<string, JsonObject>()
  const pick = (source: string): readonly never[] => {
    // Before its server can change them.
    for (const item of shownOf(options, exchange, server, source))
      found.set(String(item['name']), item)
    return []
  }
  const { missing } = await gatherAll(options, exchange, server.sources, 'tools', pick)
  const order = server.definitions().map(({ name }) => String(name))
  const tools = [...found].sort(([left], [right]) => order.indexOf(left) - order.indexOf(right))
  // Not the name of the server behind: who may not use it need not know it.
  const gone = missing.map(({ code }) => ({ server: server.name, code }))
  const modern = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' }
  return result(exchange.request, {
    ...(exchange.conversation.era === 'modern' ? modern : {}),
    tools: tools.map(([, item]) => item),
    ...(gone.length > 0 ? { _meta: { [`${OWN_META}unavailable`]: gone } } : {}),
  })
}

/** Tools of a virtual server that rest on one real server, as far as this subject could use them. */
export function shownOf(
  { visible }: Pick<ListOptions, 'visible'>,
  exchange: Exchange,
  server: VirtualServer,
  source: string,
): readonly JsonObject[] {
  return server
    .definitions()
    .filter((item) => server.sourceOf(String(item['name'])) === source)
    .filter((item) => visible(exchange, server.name, 'tools', item))
}

/** Members of `params` that a call carries besides what is asked (2025-11-25 and 2026-07-28). */
const CARRIED = ['inputResponses', 'requestState'] as const
/** Members of `_meta` that are the protocol's own, or name a trace (W3C Trace Context, Baggage). */
const OWN = /^(progressToken|traceparent|tracestate|baggage|io\.modelcontextprotocol\/.*)$/

/**
 * The call of the tool that a virtual tool narrows. What the protocol does not define stays behind:
 * only the operator says what that tool gets.
 */
export function forwardTo(
  aim: Aim,
  origin: { readonly server: string; readonly name: string },
  args: JsonObject,
): Aim {
  const { params } = aim
  const meta = params['_meta']
  const kept = isObject(meta) ? Object.entries(meta).filter(([name]) => OWN.test(name)) : []
  const carried = CARRIED.flatMap((name) =>
    params[name] === undefined ? [] : [[name, params[name]] as const],
  )
  return {
    ...aim,
    ...origin,
    arguments: args,
    params: {
      ...(isObject(meta) ? { _meta: Object.fromEntries(kept) } : {}),
      ...Object.fromEntries(carried),
      name: origin.name,
      arguments: args,
    },
  }
}

/** A virtual server has no prompts and no resources, whatever the roof calls them. */
export function checkVirtualAim({ kind, exchange }: Aim): void {
  if (kind === 'tool') return
  const { name, uri } = exchange.request.params ?? {}
  const code = kind === 'prompt' ? 'prompt_unknown' : 'resource_unknown'
  throw new GatewayError(code, `no ${kind} \`${String(name ?? uri)}\``)
}
