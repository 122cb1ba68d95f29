import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'

/** The official clients, unmodified. */
export const KINDS = ['v1', 'v2 legacy', 'v2 modern'] as const
export type Kind = (typeof KINDS)[number]

export interface Result {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** A client whose person reads forms and answers them. */
export interface Reader {
  /** What the person was shown. */
  readonly shown: string[]
  verdict: 'approve' | 'decline'
  call(name: string, args: Readonly<Record<string, string>>): Promise<Result>
  prompt(): Promise<unknown>
  read(): Promise<unknown>
  close(): Promise<void>
}

const INFO = { name: 'reader', version: '1' }
const CAPABILITIES = { elicitation: { form: {} } }

/** Connects one. */
export async function connect(kind: Kind, to: string, token: string): Promise<Reader> {
  const shown: string[] = []
  const reader = { shown, verdict: 'decline' as Reader['verdict'] }
  const answer = async (params: unknown) => {
    shown.push((params as { readonly message: string }).message)
    return { action: 'accept' as const, content: { decision: reader.verdict } }
  }
  const url = new URL(to)
  const init = { requestInit: { headers: { authorization: `Bearer ${token}` } } }
  const onprogress = (): void => undefined
  if (kind === 'v1') {
    const client = new OlderClient(INFO, { capabilities: CAPABILITIES })
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => answer(params))
    await client.connect(new OlderTransport(url, init) as never)
    await client.setLoggingLevel('debug')
    return Object.assign(reader, {
      call: async (name: string, args: Readonly<Record<string, string>>) =>
        (await client.callTool({ name, arguments: args }, undefined, { onprogress })) as Result,
      prompt: () => client.getPrompt({ name: 'note' }),
      read: () => client.readResource({ uri: 'note://one' }),
      close: () => client.close(),
    })
  }
  const mode = kind === 'v2 modern' ? ({ pin: '2026-07-28' } as const) : 'legacy'
  const client = new Client(INFO, { capabilities: CAPABILITIES, versionNegotiation: { mode } })
  client.setRequestHandler('elicitation/create', ({ params }) => answer(params))
  await client.connect(new StreamableHTTPClientTransport(url, init))
  if (kind === 'v2 legacy') await client.setLoggingLevel('debug')
  const _meta = kind === 'v2 modern' ? { 'io.modelcontextprotocol/logLevel': 'debug' } : {}
  return Object.assign(reader, {
    call: async (name: string, args: Readonly<Record<string, string>>) =>
      (await client.callTool({ name, arguments: args, _meta }, { onprogress })) as Result,
    prompt: () => client.getPrompt({ name: 'note' }),
    read: () => client.readResource({ uri: 'note://one' }, { cacheMode: 'refresh' }),
    close: () => client.close(),
  })
}
