import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { isObject, type JsonObject } from '../../../kernel/json.ts'
import type { Notification, Request, Response } from '../../message.ts'
import { META, NEWEST_MODERN } from '../../revision.ts'
import type { Link, LinkOptions, Outbound, ServerTransport } from '../link.ts'
import { createLinkOpener } from '../open-link.ts'

/** What arrived outside any request. */
export interface Heard {
  readonly notifications: Notification[]
  readonly requests: Request[]
  readonly stderr: string[]
  readonly floods: string[]
}

/** The face of a client that can be asked for input. */
export const FACE = {
  clientInfo: { name: 'kit', version: '1' },
  capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
}

/** Opens a link that is closed when the test is over. */
export async function openTestLink(
  transport: ServerTransport,
  options: Partial<LinkOptions> = {},
): Promise<{ readonly link: Link; readonly heard: Heard }> {
  const heard: Heard = { notifications: [], requests: [], stderr: [], floods: [] }
  const opener = createLinkOpener({
    baseEnv: { PATH: dirname(process.execPath) },
    onStderr: (_server, line) => heard.stderr.push(line),
    onFlood: (_server, stream) => heard.floods.push(stream),
  })
  onTestFinished(opener.close)
  const link = await opener.openLink({
    server: 'under-test',
    transport,
    revision: 'auto',
    face: FACE,
    listener: {
      onNotification: (notification) => heard.notifications.push(notification),
      onRequest: async (request) => {
        heard.requests.push(request)
        return { kind: 'result', id: request.id, result: { roots: [] } }
      },
    },
    timeout: 15_000,
    maxMessage: 1024 * 1024,
    ...options,
  })
  onTestFinished(() => link.close())
  return { link, heard }
}

let lastId = 0

/** A request as an outbound; modern ones get their envelope. */
export function outbound(
  link: Pick<Link, 'era'>,
  method: string,
  params: JsonObject = {},
  overrides: Partial<Outbound> = {},
): Outbound {
  lastId += 1
  const given = isObject(params['_meta']) ? params['_meta'] : {}
  const envelope = {
    [META.protocolVersion]: NEWEST_MODERN,
    [META.clientInfo]: FACE.clientInfo,
    [META.clientCapabilities]: FACE.capabilities,
  }
  const _meta = link.era === 'modern' ? { ...envelope, ...given } : given
  const bare = Object.keys(_meta).length === 0
  return {
    request: {
      kind: 'request',
      id: `call-${lastId}`,
      method,
      params: bare ? params : { ...params, _meta },
    },
    signal: new AbortController().signal,
    timeout: 10_000,
    onNotification: () => {},
    onRequest: () => Promise.reject(new Error('nobody is asked')),
    ...overrides,
  }
}

/** Calls a tool. */
export function callTool(
  link: Link,
  name: string,
  args: JsonObject = {},
  overrides: Partial<Outbound> & { readonly meta?: JsonObject } = {},
): Promise<Response> {
  const { meta, ...rest } = overrides
  const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }
  return link.request(outbound(link, 'tools/call', params, rest))
}

/** The text of a tool's first content item. */
export function textOf(response: Response): string {
  if (response.kind === 'error') throw new Error(`an error: ${response.error.message}`)
  const content = response.result['content']
  const first: unknown = Array.isArray(content) ? content[0] : undefined
  return isObject(first) ? String(first['text']) : ''
}

/** Serves `listener` on a free port of the loopback until the test is over. */
export async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/mcp`, server }
}

/** Runs a server program that listens on `PORT`, until the test is over. */
export async function runServer(
  args: readonly string[],
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const child = spawn(process.execPath, [...args], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const { stderr } = child
  let said = ''
  while (!/listening on port|running on port/.test(said)) {
    const [chunk] = await once(stderr, 'data')
    said += String(chunk)
  }
  stderr.resume()
  return { port, child }
}

async function freePort(): Promise<number> {
  const probe = createTcpServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** True while a process exists. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The program of the reference server that has everything. */
export const EVERYTHING = packageFile('@modelcontextprotocol/server-everything/dist/index.js')

/** The program of the reference file server. */
export const FILESYSTEM = packageFile('@modelcontextprotocol/server-filesystem/dist/index.js')

function packageFile(path: string): string {
  return new URL(`../../../../node_modules/${path}`, import.meta.url).pathname
}
