import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Message, Request } from '../../mcp/message.ts'
import { type ParamHeader, paramHeaders, readParamHeaders } from '../../mcp/wire/param-headers.ts'

const MOST_TOOLS = 10_000

/** Knows which arguments of which tools headers repeat, from the lists that passed by. */
export interface ToolHeaders {
  /** Takes the answer to a `tools/list`. */
  learn(list: Request, answer: Message): void
  /** The `mcp-param-*` headers of a `tools/call`; none for a tool that was never listed. */
  headersFor(call: Request): Readonly<Record<string, string>>
}

export function createToolHeaders(): ToolHeaders {
  const tools = new Map<string, readonly ParamHeader[]>()
  return {
    learn(list, answer) {
      if (answer.kind !== 'result') return
      if (list.params?.['cursor'] === undefined) tools.clear()
      const listed = answer.result['tools']
      const known = Array.isArray(listed) ? listed.flatMap(readTool) : []
      for (const { name, headers } of known.slice(0, MOST_TOOLS - tools.size))
        tools.set(name, headers)
    },
    headersFor({ params }) {
      const expected = tools.get(String(params?.['name'])) ?? []
      return paramHeaders(expected, objectOf(params?.['arguments']))
    },
  }
}

function readTool(tool: unknown) {
  const { name, inputSchema } = objectOf(tool)
  if (typeof name !== 'string' || !isObject(inputSchema)) return []
  const read = readParamHeaders(inputSchema)
  return read.kind === 'valid' ? [{ name, headers: read.headers }] : []
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}
