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
export async function askServer(openLink: OpenLink, server: UpstreamServer): Promise<Listed> {
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
    const offers = (kind: ItemKind): Promise<readonly Json[]> =>
      link.claims.capabilities[kind] === undefined
        ? Promise.resolve([])
        : listAll(link, kind, server.callTimeout)
    return { tools: await offers('tools'), prompts: await offers('prompts') }
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
    request: { kind: 'request', id: `list-${kind}`, method: `${kind}/list`, params },
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
