import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { RecordedStep, RecordedTool } from './read-traces.ts'

/** A call that reached a server. */
export interface Reached {
  readonly tool: string
  readonly arguments: JsonObject
}

/** An MCP server that answers with what was recorded, and notes what reaches it. */
export interface ReplayingServer {
  readonly url: string
  /** Everything that reached it, oldest first. Nothing else counts as done. */
  readonly reached: readonly Reached[]
  /** From now on calls are answered with what this step got. */
  prepare(step: RecordedStep): void
  close(): Promise<void>
}

/** Starts one on a free port of this machine, over Streamable HTTP. */
export async function startReplayingServer(
  name: string,
  tools: readonly RecordedTool[],
): Promise<ReplayingServer> {
  const reached: Reached[] = []
  let prepared: RecordedStep | undefined
  const listed = tools.map(({ suite: _, ...definition }) => definition)
  const handler = createMcpHandler(
    () => {
      const server = new Server({ name, version: '1.0.0' }, { capabilities: { tools: {} } })
      server.setRequestHandler('tools/list', async () => ({ tools: listed as never }))
      server.setRequestHandler('tools/call', async ({ params }) => {
        reached.push({ tool: params.name, arguments: (params.arguments ?? {}) as JsonObject })
        return answerOf(prepared)
      })
      return server
    },
    { legacy: 'reject' },
  )
  const http = createHttpServer((request, response) => {
    serve(handler, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    reached,
    prepare: (step) => {
      prepared = step
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

/** The recorded answer: texts as they are, everything else as JSON. */
function answerOf(step: RecordedStep | undefined) {
  if (step === undefined) throw new Error('nothing was prepared')
  const failed = step.error !== undefined
  const text = failed && isNothing(step.result) ? textOf(step.error ?? '') : textOf(step.result)
  return { content: [{ type: 'text' as const, text }], ...(failed ? { isError: true } : {}) }
}

function isNothing(result: Json): boolean {
  return result === '' || result === null
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

async function serve(
  handler: { fetch(request: Request): Promise<Response> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const body = method === 'GET' ? null : Buffer.concat(await request.toArray())
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(request.headersDistinct))
    for (const value of values) headers.append(name, value)
  const answer = await handler.fetch(
    new Request(new URL(url, 'http://127.0.0.1'), { method, headers, body }),
  )
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else Readable.fromWeb(answer.body as never).pipe(response)
}
