import type { Action } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Exchange } from '../mcp/exchange.ts'

/** Where a request goes and what it asks there, in the words that the server will read. */
export interface Aim {
  readonly exchange: Exchange
  readonly action: Action
  readonly server: string
  readonly kind: 'tool' | 'resource' | 'prompt'
  /** The exact name of a tool or prompt, or the URI (or URI template) of a resource, at the server. */
  readonly name: string
  readonly arguments: JsonObject
  /** The params as the server gets them: the caller's own, but for a name with its server's prefix. */
  readonly params: JsonObject
  /** Set where something was taken out of it: nothing but `params` says what leaves. */
  readonly redacted?: true
}

/** Finds the server behind a name of the endpoint that serves all of them. */
export interface Directory {
  /** Splits `server__name`. Undefined where there is no such server. */
  split(name: string): { readonly server: string; readonly name: string } | undefined
  /** The one server that offers this URI. @throws GatewayError `resource_unknown`. */
  ownerOf(exchange: Exchange, uri: string): Promise<string>
}

/** Reads a decided request: what is asked, of which server. @throws GatewayError `params_invalid` … */
export async function aimOf(
  exchange: Exchange,
  action: Action,
  directory: Directory,
): Promise<Aim> {
  const params = exchange.request.params ?? {}
  switch (action) {
    case 'call':
      return named(exchange, action, 'tool', params, directory)
    case 'get':
      return named(exchange, action, 'prompt', params, directory)
    case 'read': {
      const uri = text(params, 'uri')
      const server = await serverOf(exchange, uri, directory)
      return { exchange, action, server, kind: 'resource', name: uri, arguments: {}, params }
    }
    case 'complete':
      return completion(exchange, params, directory)
  }
}

function named(
  exchange: Exchange,
  action: Action,
  kind: 'tool' | 'prompt',
  params: JsonObject,
  directory: Directory,
): Aim {
  const given = text(params, 'name')
  const args = params['arguments'] ?? {}
  if (!isObject(args)) throw new GatewayError('params_invalid', '`arguments` must be an object')
  const { endpoint } = exchange.conversation
  if (endpoint.kind === 'server') {
    return { exchange, action, server: endpoint.server, kind, name: given, arguments: args, params }
  }
  const found = directory.split(given)
  if (!found) {
    throw new GatewayError(
      kind === 'tool' ? 'tool_unknown' : 'prompt_unknown',
      `no ${kind} \`${given}\``,
    )
  }
  const { server, name } = found
  return { exchange, action, server, kind, name, arguments: args, params: { ...params, name } }
}

async function completion(
  exchange: Exchange,
  params: JsonObject,
  directory: Directory,
): Promise<Aim> {
  const { ref, argument, context } = params
  if (!isObject(ref)) throw new GatewayError('params_invalid', '`ref` must be an object')
  if (!isObject(argument)) throw new GatewayError('params_invalid', '`argument` must be an object')
  const args = { argument, ...(isObject(context) ? { context } : {}) }
  if (ref['type'] === 'ref/prompt') {
    const aim = named(exchange, 'complete', 'prompt', { name: ref['name'] ?? '' }, directory)
    const same = aim.name === ref['name']
    const sent = same ? params : { ...params, ref: { ...ref, name: aim.name } }
    return { ...aim, arguments: args, params: sent }
  }
  if (ref['type'] !== 'ref/resource') {
    throw new GatewayError('params_invalid', '`ref.type` must be `ref/prompt` or `ref/resource`')
  }
  const uri = text(ref, 'uri')
  const server = await serverOf(exchange, uri, directory)
  return {
    exchange,
    action: 'complete',
    server,
    kind: 'resource',
    name: uri,
    arguments: args,
    params,
  }
}

async function serverOf(exchange: Exchange, uri: string, directory: Directory): Promise<string> {
  const { endpoint } = exchange.conversation
  return endpoint.kind === 'server' ? endpoint.server : directory.ownerOf(exchange, uri)
}

function text(params: JsonObject, member: string): string {
  const value = params[member]
  if (typeof value === 'string' && value !== '') return value
  throw new GatewayError('params_invalid', `\`${member}\` must be a non-empty string`)
}
