import {
  Client as ClientV2,
  LOG_LEVEL_META_KEY,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'

export const CLIENTS = ['v1', 'v2 legacy', 'v2 modern'] as const
export type ClientKind = (typeof CLIENTS)[number]

/** An official client, with every byte that reached it. */
export interface Listener {
  /** Everything that reached it since this was asked last. */
  wire(): string
  /** What its user says to the next question. */
  answer: string
  call(tool: string, args: Readonly<Record<string, string>>): Promise<unknown>
  prompt(what: string): Promise<unknown>
  read(uri: string): Promise<unknown>
  complete(value: string): Promise<unknown>
  close(): Promise<void>
}

const CAPABILITIES = { elicitation: {}, sampling: {} }
const REF = { type: 'ref/prompt' as const, name: 'say' }

/** Passes bytes on, and notes them as text. */
function noting(read: string[]): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  return new TransformStream({
    transform(chunk, controller) {
      read.push(decoder.decode(chunk, { stream: true }))
      controller.enqueue(chunk)
    },
  })
}

/** Connects it to an endpoint of a gateway. */
export async function connect(kind: ClientKind, url: string, token: string): Promise<Listener> {
  const read: string[] = []
  const options = {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
    fetch: async (to: string | URL, init?: RequestInit): Promise<Response> => {
      const response = await fetch(to, init)
      const { body, status, headers } = response
      return new Response(body?.pipeThrough(noting(read)) ?? null, { status, headers })
    },
  }
  const wire = (): string => read.splice(0).join('')
  const listener = { wire, answer: '' }
  const elicited = () => ({ action: 'accept' as const, content: { a: listener.answer } })
  const sampled = () => ({
    role: 'assistant' as const,
    model: 'none',
    content: { type: 'text' as const, text: listener.answer },
  })
  if (kind === 'v1') {
    const client = new ClientV1({ name: 'v1', version: '1' }, { capabilities: CAPABILITIES })
    client.setRequestHandler(ElicitRequestSchema, elicited)
    client.setRequestHandler(CreateMessageRequestSchema, sampled)
    await client.connect(new TransportV1(new URL(url), options) as Transport)
    await client.setLoggingLevel('debug')
    await client.listTools()
    const onprogress = (): void => undefined
    return Object.assign(listener, {
      call: (name: string, args: Readonly<Record<string, string>>) =>
        client.callTool({ name, arguments: args }, undefined, { onprogress }),
      prompt: (what: string) => client.getPrompt({ name: 'say', arguments: { what } }),
      read: (uri: string) => client.readResource({ uri }),
      complete: (value: string) => client.complete({ ref: REF, argument: { name: 'what', value } }),
      close: () => client.close(),
    })
  }
  const mode = kind === 'v2 modern' ? ({ pin: '2026-07-28' } as const) : 'legacy'
  const client = new ClientV2(
    { name: 'v2', version: '1' },
    { capabilities: CAPABILITIES, versionNegotiation: { mode } },
  )
  client.setRequestHandler('elicitation/create', async () => elicited())
  client.setRequestHandler('sampling/createMessage', async () => sampled())
  await client.connect(new TransportV2(new URL(url), options))
  if (kind === 'v2 legacy') await client.setLoggingLevel('debug')
  await client.listTools()
  const _meta = kind === 'v2 modern' ? { [LOG_LEVEL_META_KEY]: 'debug' } : {}
  const onprogress = (): void => undefined
  return Object.assign(listener, {
    call: (name: string, args: Readonly<Record<string, string>>) =>
      client.callTool({ name, arguments: args, _meta }, { onprogress }),
    prompt: (what: string) => client.getPrompt({ name: 'say', arguments: { what } }),
    read: (uri: string) => client.readResource({ uri }, { cacheMode: 'refresh' }),
    complete: (value: string) => client.complete({ ref: REF, argument: { name: 'what', value } }),
    close: () => client.close(),
  })
}
