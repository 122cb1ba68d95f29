import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Message, Request } from '../mcp/message.ts'
import { META, NEWEST_MODERN } from '../mcp/revision.ts'
import { standardHeaders } from '../mcp/wire/headers.ts'
import { parseServerMessage } from '../mcp/wire/parse-message.ts'
import { messageText } from '../mcp/wire/serialize.ts'
import { CommandError } from './command-error.ts'
import { readAnswer } from './gateway-answer.ts'
import type { GatewayHttp } from './gateway-http.ts'
import { packageVersion } from './version.ts'

const MOST_PAGES = 100
const MOST_BYTES = 16 * 1024 * 1024

/** Asks the running gateway, as its owner, in the newest revision. */
export interface McpClient {
  /** @throws {CommandError} `findings` with the gateway's own words when it refuses. */
  request(method: string, params?: JsonObject): Promise<JsonObject>
  /** Every tool that the endpoint lists, all pages. */
  tools(): Promise<readonly JsonObject[]>
}

/**
 * @param path `/mcp` or `/mcp/{server}`.
 * @param timeout milliseconds for each request.
 */
export function mcpClient(http: GatewayHttp, path: string, timeout: number): McpClient {
  const request = async (method: string, params: JsonObject = {}): Promise<JsonObject> => {
    const message = requestOf(method, params)
    const response = await http.send({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...standardHeaders(message, NEWEST_MODERN),
      },
      body: messageText(message),
      signal: AbortSignal.timeout(timeout),
    })
    let last: Message | undefined
    for await (const { text } of readAnswer(response, MOST_BYTES))
      if (text !== '') last = parseServerMessage(text).message
    if (last?.kind === 'result') return last.result
    const why = last?.kind === 'error' ? last.error.message : `status ${response.statusCode}`
    throw new CommandError(`\`${method}\` failed at \`${path}\`: ${why}`, { exit: 'findings' })
  }
  return {
    request,
    async tools() {
      const tools: JsonObject[] = []
      let cursor: JsonObject[string]
      for (let page = 0; page < MOST_PAGES; page++) {
        const result = await request('tools/list', cursor === undefined ? {} : { cursor })
        const listed = result['tools']
        if (Array.isArray(listed)) tools.push(...listed.filter(isObject))
        cursor = result['nextCursor']
        if (cursor === undefined) break
      }
      return tools
    },
  }
}

function requestOf(method: string, params: JsonObject): Request {
  const meta = {
    [META.protocolVersion]: NEWEST_MODERN,
    [META.clientInfo]: { name: 'bailiwick', version: packageVersion() },
    [META.clientCapabilities]: {},
  }
  return { kind: 'request', id: 1, method, params: { ...params, _meta: meta } }
}
