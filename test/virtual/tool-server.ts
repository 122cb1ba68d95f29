import { createInterface } from 'node:readline'

/** A tool as its server lists it, and what it does. */
export interface ServedTool {
  readonly definition: { readonly name: string } & Readonly<Record<string, unknown>>
  readonly run: (args: Readonly<Record<string, unknown>>) => Promise<object>
}

type Call = { readonly id: number; readonly params: { readonly [name: string]: never } }

/** Serves tools over stdio, in the era of sessions. */
export function serveTools(tools: () => readonly ServedTool[]): { changed(): void } {
  const methods: Readonly<Record<string, (call: Call) => void>> = {
    initialize: ({ id }) => {
      const serverInfo = { name: 'tools', version: '1' }
      const capabilities = { tools: { listChanged: true } }
      say({ id, result: { protocolVersion: '2025-11-25', capabilities, serverInfo } })
    },
    'tools/list': ({ id }) => {
      say({ id, result: { tools: tools().map(({ definition }) => definition) } })
    },
    'tools/call': ({ id, params }) => {
      const {
        name,
        arguments: args = {},
        _meta: { progressToken } = {},
      } = params as never as {
        readonly name: string
        readonly arguments?: Readonly<Record<string, unknown>>
        readonly _meta?: { readonly progressToken?: string | number }
      }
      if (progressToken !== undefined)
        say({ method: 'notifications/progress', params: { progressToken, progress: 1 } })
      const tool = tools().find(({ definition }) => definition.name === name)
      Promise.resolve(tool?.run(args)).then(
        (result) => say({ id, result: result ?? { isError: true, content: [] } }),
        (error) => say({ id, result: { isError: true, content: text(String(error)) } }),
      )
    },
  }
  createInterface({ input: process.stdin }).on('line', (line) => {
    const call = JSON.parse(line)
    const method = methods[call.method]
    if (method) method(call)
    else if (call.id !== undefined)
      say({ id: call.id, error: { code: -32601, message: `no ${call.method}` } })
  })
  return { changed: () => say({ method: 'notifications/tools/list_changed' }) }
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

/** Content of one text. */
export function text(content: string): readonly object[] {
  return [{ type: 'text', text: content }]
}
