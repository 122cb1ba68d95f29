import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node'
import { type AuthInfo, createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { allowInsecureRequests, validateJwtAccessToken } from 'oauth4webapi'
import { z } from 'zod'
import { RESOURCE_SERVER, SCOPES } from './authorization-server.ts'
import { type Heard, listenAndHear } from './heard.ts'

/** A server of the official SDK that is a protected resource (RFC 9728), and keeps all that it hears. */
export interface ResourceServer {
  readonly url: string
  readonly heard: readonly Heard[]
  /** Credentials that it was shown with calls of a tool, in order. */
  shown(tool: string): readonly string[]
  stop(): Promise<void>
}

interface Options {
  /** The issuer that it trusts and names. */
  readonly issuer: string
  /** Tools and the scope that each needs; `read` otherwise. */
  readonly needs?: Readonly<Record<string, string>>
  /** Who knows what a token says, in place of the issuer's keys and introspection. */
  readonly verify?: (token: string) => Promise<Claims | undefined>
  /** Fields of its metadata in place of the true ones. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

const METADATA = '/.well-known/oauth-protected-resource/mcp'

/** Starts one. Tools: `whoami`, `echo_headers`, `write` (needs the scope `write`), `say`. */
export async function startResourceServer(options: Options): Promise<ResourceServer> {
  const handler = createMcpHandler(tools)
  const server = await listenAndHear((origin) => {
    const serve = toNodeHandler({ fetch: (request) => answer(options, origin, request) })
    return (request, response) => void serve(request as NodeIncomingMessageLike, response)
  })
  async function answer(own: Options, origin: string, request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === METADATA) return Response.json(metadata(own, origin))
    if (pathname !== '/mcp') return new Response('not here', { status: 404 })
    const body = request.method === 'POST' ? await request.clone().json() : undefined
    const known = await holder(own, `${origin}/mcp`, request)
    if (known === undefined) return refuse(origin, 401, 'invalid_token', 'read')
    const need = scopeFor(own, body)
    if (!known.scopes.includes(need)) return refuse(origin, 403, 'insufficient_scope', need)
    const authInfo = { ...known, extra: { ...known.extra, headers: [...request.headers] } }
    return handler.fetch(request, { authInfo, parsedBody: body })
  }
  return {
    url: `${server.origin}/mcp`,
    heard: server.heard,
    shown: (tool) =>
      server.heard
        .filter(({ body }) => body.includes(`"${tool}"`) && body.includes('"tools/call"'))
        .map(({ headers }) => headers['authorization'] ?? ''),
    stop: server.stop,
  }
}

function scopeFor({ needs = {} }: Options, body: unknown): string {
  const { method, params } = Object(body)
  return (method === 'tools/call' ? needs[params?.name] : undefined) ?? 'read'
}

function metadata({ issuer, metadata: more }: Options, origin: string): object {
  return {
    resource: `${origin}/mcp`,
    authorization_servers: [issuer],
    scopes_supported: [...SCOPES],
    bearer_methods_supported: ['header'],
    ...more,
  }
}

function refuse(origin: string, status: number, error: string, scope: string): Response {
  const challenge = `Bearer error="${error}", scope="${scope}", resource_metadata="${origin}${METADATA}"`
  return Response.json({ error }, { status, headers: { 'www-authenticate': challenge } })
}

/** Who shows the token, if it is good and meant for this resource. */
async function holder(
  { issuer, verify = (token) => introspected(issuer, token) }: Options,
  resource: string,
  request: Request,
): Promise<AuthInfo | undefined> {
  const [scheme = '', token] = (request.headers.get('authorization') ?? '').split(' ')
  if (token === undefined) return undefined
  const claims = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
    ? await signed(issuer, resource, request)
    : await verify(token)
  const wanted = scheme.toLowerCase()
  if (claims === undefined || claims['aud'] !== resource) return undefined
  if ((claims['cnf'] === undefined) !== (wanted === 'bearer')) return undefined
  const scopes = String(claims['scope'] ?? '').split(' ')
  return { token, clientId: String(claims['client_id']), scopes, extra: { sub: claims['sub'] } }
}

type Claims = Readonly<Record<string, unknown>>

async function signed(issuer: string, resource: string, request: Request) {
  const server = { issuer, jwks_uri: `${issuer}/jwks` }
  const head = new Request(request.url, { method: request.method, headers: request.headers })
  return validateJwtAccessToken(server, head, resource, { [allowInsecureRequests]: true }).then(
    (claims): Claims => claims,
    () => undefined,
  )
}

async function introspected(issuer: string, token: string): Promise<Claims | undefined> {
  const { id, secret } = RESOURCE_SERVER
  const proof = Buffer.from(`${id}:${encodeURIComponent(secret)}`).toString('base64')
  const response = await fetch(`${issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${proof}` },
    body: new URLSearchParams({ token }),
  })
  const claims: Claims = JSON.parse(await response.text())
  return claims['active'] === true ? claims : undefined
}

function tools(): McpServer {
  const server = new McpServer({ name: 'protected', version: '1' })
  const text = (value: unknown) => ({
    content: [{ type: 'text' as const, text: JSON.stringify(value) }],
  })
  const read = { annotations: { readOnlyHint: true } }
  server.registerTool('whoami', read, async ({ http }) => {
    const { scopes, extra, clientId } = http?.authInfo ?? {}
    return text({ sub: extra?.['sub'], scopes, client: clientId })
  })
  server.registerTool('echo_headers', read, async ({ http }) =>
    text(http?.authInfo?.extra?.['headers']),
  )
  server.registerTool('write', {}, async () => text('written'))
  server.registerTool('say', { ...read, inputSchema: z.object({ text: z.string() }) }, async (a) =>
    text(a.text),
  )
  return server
}
