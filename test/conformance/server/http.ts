import { randomUUID } from 'node:crypto'
import { createServer as createHttpServer, type Server } from 'node:http'
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isInitializeRequest,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { createEventStore } from './event-store.ts'
import { createServer } from './mcp-server.ts'
import { createObserved } from './observed.ts'
import type { Changes } from './stateless-tools.ts'

type Fetch = (request: Request) => Promise<Response>

/** Both eras on one endpoint: modern requests are stateless, legacy ones belong to a session. */
export function createConformanceHttpServer(): Server {
  const observed = createObserved()
  const modern = createMcpHandler(() => createServer(observed, modernChanges), { legacy: 'reject' })
  const modernChanges: Changes = {
    tools: () => modern.notify.toolsChanged(),
    prompts: () => modern.notify.promptsChanged(),
  }
  const legacy = serveSessions(() =>
    createServer(observed, {
      tools: (server) => server.sendToolListChanged(),
      prompts: (server) => server.sendPromptListChanged(),
    }),
  )
  const fetch: Fetch = async (request) => {
    const refused =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
      originValidationResponse(request, localhostAllowedOrigins())
    if (refused !== undefined) return refused
    return (await isLegacyRequest(request)) ? legacy(request) : modern.fetch(request)
  }
  const handle = toNodeHandler({ fetch })
  return createHttpServer((request, response) => {
    void handle(request as NodeIncomingMessageLike, response)
  })
}

function serveSessions(create: () => ReturnType<typeof createServer>): Fetch {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  return async (request) => {
    const id = request.headers.get('mcp-session-id')
    if (id !== null)
      return sessions.get(id)?.handleRequest(request) ?? refuse(404, 'session not found')
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined)
    if (!isInitializeRequest(body)) return refuse(400, 'no session')
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: createEventStore(),
      retryInterval: 500,
      onsessioninitialized: (session) => void sessions.set(session, transport),
      onsessionclosed: (session) => void sessions.delete(session),
    })
    await create().connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }
}

function refuse(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32600, message } }, { status })
}
