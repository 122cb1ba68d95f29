import type { ItemKind } from '../catalog/definition.ts'
import type { UpstreamServer } from '../gateway/watched-links.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { clientEnvelope } from '../mcp/upstream/handshake.ts'
import type { Link, OpenLink } from '../mcp/upstream/link.ts'
import { packageVersion } from './version.ts'

const FACE = { clientInfo: { name: 'bailiwick', version: packageVersion() }, capabilities: {} }
/** Pages and items of a list at most: a server may go on for ever. */
const MAX_PAGES = 100
const MAX_ITEMS = 100_000

/** What a server lists. */
interface Listed {
  readonly tools: readonly Json[]
  readonly prompts: readonly Json[]
}

/**
 * Asks a server what it offers, over a link of its own, in our own name.
 *
 * @throws GatewayError as `OpenLink` and `Link.request`; `upstream_too_large`.
 */
export function askServer(openLink: OpenLink, server: UpstreamServer): Promise<Listed> {
  return withLink(openLink, server, async (link) => ({
    tools: await offers(link, server, 'tools'),
    prompts: await offers(link, server, 'prompts'),
  }))
}

/** Everything of a server that a model can see. */
export interface Surface extends Listed {
  readonly resources: readonly Json[]
  readonly resourceTemplates: readonly Json[]
  readonly instructions: string | undefined
  readonly serverInfo: JsonObject
}

/** As `askServer`, for everything that a model can see. */
export function askSurface(openLink: OpenLink, server: UpstreamServer): Promise<Surface> {
  return withLink(openLink, server, async (link) => ({
    tools: await offers(link, server, 'tools'),
    prompts: await offers(link, server, 'prompts'),
    resources: await offers(link, server, 'resources'),
    // Many that have resources have no templates, and say so by an error.
    resourceTemplates: await offers(link, server, 'resourceTemplates').catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'upstream_failed') return []
      throw error
    }),
    instructions: link.claims.instructions,
    serverInfo: link.claims.serverInfo,
  }))
}

/** Where lists are asked for, and the capability that says that there are any. */
const LISTS: Readonly<Record<ItemKind, { readonly method: string; readonly capability: string }>> =
  {
    tools: { method: 'tools/list', capability: 'tools' },
    prompts: { method: 'prompts/list', capability: 'prompts' },
    resources: { method: 'resources/list', capability: 'resources' },
    resourceTemplates: { method: 'resources/templates/list', capability: 'resources' },
  }

function offers(link: Link, server: UpstreamServer, kind: ItemKind): Promise<readonly Json[]> {
  return link.claims.capabilities[LISTS[kind].capability] === undefined
    ? Promise.resolve([])
    : listAll(link, kind, server.callTimeout)
}

async function withLink<T>(
  openLink: OpenLink,
  server: UpstreamServer,
  use: (link: Link) => Promise<T>,
): Promise<T> {
  const link = await openLink({
    server: server.name,
    transport: server.transport,
    revision: server.revision,
    face: FACE,
    listener: { onNotification: () => undefined, onRequest: refuse },
    timeout: server.connectTimeout,
    maxMessage: server.maxMessage,
  })
  try {
    return await use(link)
  } finally {
    await link.close()
  }
}

async function listAll(link: Link, kind: ItemKind, timeout: number): Promise<readonly Json[]> {
  const items: Json[] = []
  let cursor: Json | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await ask(link, kind, cursor, timeout)
    const found = result[kind]
    if (Array.isArray(found)) items.push(...found)
    if (items.length > MAX_ITEMS)
      throw new GatewayError('upstream_too_large', `it lists more than ${MAX_ITEMS} ${kind}`)
    cursor = result['nextCursor']
    if (typeof cursor !== 'string') break
  }
  return items
}

async function ask(
  link: Link,
  kind: ItemKind,
  cursor: Json | undefined,
  timeout: number,
): Promise<JsonObject> {
  const params = {
    ...(cursor === undefined ? {} : { cursor }),
    ...(link.era === 'modern' ? { _meta: clientEnvelope(FACE) } : {}),
  }
  const response = await link.request({
    request: { kind: 'request', id: `list-${kind}`, method: LISTS[kind].method, params },
    signal: new AbortController().signal,
    timeout,
    onNotification: () => undefined,
    onRequest: refuse,
  })
  if (response.kind === 'error') throw new GatewayError('upstream_failed', response.error.message)
  return response.result
}

async function refuse({ id }: { readonly id: string | number }) {
  return { kind: 'error', id, error: { code: -32601, message: 'not taken here' } } as const
}
