import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node'
import {
  type CallToolResult,
  completable,
  createMcpHandler,
  type InputRequest,
  inputRequired,
  isInitializeRequest,
  isLegacyRequest,
  McpServer,
  ProtocolError,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'
import { PASSAGES, type What } from './passages.ts'

// `saying-server.ts --heard FILE [--stdio]` says a passage in any kind of message, in both eras, and notes
// in the file what it gets.
const { values } = parseArgs({
  options: { heard: { type: 'string', default: '' }, stdio: { type: 'boolean', default: false } },
})

function hear(value: unknown): void {
  appendFileSync(values.heard, `${JSON.stringify(value)}\n`)
}

/** What is asked for in a form that nothing recognises: bytes, each turned by 0x55. */
const unsealed = (what: string): string =>
  what.startsWith('sealed:')
    ? String.fromCharCode(
        ...what
          .slice(7)
          .split('.')
          .map((byte) => Number(byte) ^ 0x55),
      )
    : what
const passageOf = (what: string): string =>
  `it is ${PASSAGES[what as What] ?? unsealed(what)} there`
const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] })
const base64 = (value: string): string => Buffer.from(value).toString('base64')
const input = z.object({ where: z.string(), what: z.string() })

type Say = (passage: string, ctx: ServerContext) => Promise<CallToolResult>

/** One way of saying it for each kind of message that belongs to a call. */
const WAYS: Readonly<Record<string, Say>> = {
  text: async (passage) => text(passage),
  file: async (passage) => ({
    content: [
      {
        type: 'resource',
        resource: { uri: 'x://f', mimeType: 'text/plain', blob: base64(passage) },
      },
    ],
  }),
  failure: async (passage) => ({ ...text(passage), isError: true }),
  log: async (passage, ctx) => {
    await ctx.mcpReq.log('info', passage)
    return text('done')
  },
  progress: async (message, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    if (progressToken !== undefined)
      await ctx.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress: 1, message },
      })
    return text('done')
  },
}

const form = (message: string) => ({
  message,
  requestedSchema: { type: 'object' as const, properties: { a: { type: 'string' as const } } },
})
const sampling = (passage: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: passage } }],
  maxTokens: 10,
})

/** The same questions in the words of either era. */
const QUESTIONS: Readonly<
  Record<
    string,
    {
      readonly modern: (passage: string) => InputRequest
      readonly legacy: (passage: string, ctx: ServerContext) => Promise<unknown>
    }
  >
> = {
  elicitation: {
    modern: (passage) => inputRequired.elicit(form(passage)),
    legacy: (passage, ctx) => ctx.mcpReq.elicitInput({ mode: 'form', ...form(passage) }),
  },
  sampling: {
    modern: (passage) => inputRequired.createMessage(sampling(passage)),
    legacy: (passage, ctx) => ctx.mcpReq.requestSampling(sampling(passage)),
  },
}

function create(): McpServer {
  const server = new McpServer(
    { name: 'saying', version: '1.0.0' },
    { capabilities: { tools: {}, prompts: {}, resources: {}, completions: {}, logging: {} } },
  )
  server.registerTool('say', { inputSchema: input }, async (args, ctx) => {
    hear(args)
    return (WAYS[args.where] ?? WAYS['text'])?.(passageOf(args.what), ctx) ?? text('')
  })
  server.registerTool('ask', { inputSchema: input }, async (args, ctx) => {
    const question = QUESTIONS[args.where]
    if (question === undefined) throw new Error('no such question')
    if (ctx.mcpReq.envelope === undefined) {
      const answer = await question.legacy(passageOf(args.what), ctx)
      hear(answer)
      return text('done')
    }
    const answer = ctx.mcpReq.inputResponses?.['q']
    if (answer === undefined)
      return inputRequired({ inputRequests: { q: question.modern(passageOf(args.what)) } })
    hear(answer)
    return text('done')
  })
  server.registerTool(
    'structured',
    { inputSchema: input, outputSchema: z.object({ note: z.string(), size: z.number() }) },
    async ({ what }) => {
      const structuredContent = { note: passageOf(what), size: 1.5 }
      return { ...text(JSON.stringify(structuredContent)), structuredContent }
    },
  )
  server.registerPrompt(
    'say',
    {
      argsSchema: z.object({
        what: completable(z.string(), (value) => [passageOf(value)]),
      }),
    },
    ({ what }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: passageOf(what) } }],
    }),
  )
  for (const what of Object.keys(PASSAGES)) {
    server.registerResource(what, `say://${what}`, {}, async (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/plain', text: passageOf(what) }],
    }))
    server.registerResource(`${what} error`, `fail://${what}`, {}, async () => {
      throw new ProtocolError(-32000, passageOf(what), { also: passageOf(what) })
    })
  }
  return server
}

if (values.stdio) serveStdio(create, { legacy: 'serve' })
else {
  const modern = createMcpHandler(create, { legacy: 'reject' })
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const legacy = async (request: Request): Promise<Response> => {
    const id = request.headers.get('mcp-session-id')
    const known = id === null ? undefined : sessions.get(id)
    if (known !== undefined) return known.handleRequest(request)
    const body: unknown = await request.clone().json()
    if (!isInitializeRequest(body)) return new Response(null, { status: 404 })
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (session) => void sessions.set(session, transport),
    })
    await create().connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }
  const handle = toNodeHandler({
    fetch: async (request: Request) =>
      (await isLegacyRequest(request)) ? legacy(request) : modern.fetch(request),
  })
  const http = createHttpServer((request, response) => {
    void handle(request as NodeIncomingMessageLike, response)
  }).listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://localhost:${(http.address() as AddressInfo).port}/mcp\n`)
  })
}
