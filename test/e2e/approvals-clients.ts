import {
  Client,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { ApprovalScene } from './approvals-scene.ts'

/** The official clients, unmodified. */
export const KINDS = ['v1', 'v2 modern', 'v2 legacy'] as const
export type Kind = (typeof KINDS)[number]

/** What the person in front of a client is shown. */
export interface Shown {
  readonly mode?: string | undefined
  readonly message: string
  readonly url?: string | undefined
  readonly elicitationId?: string | undefined
}

/** What they do with it. */
type Done = {
  readonly action: 'accept' | 'decline' | 'cancel'
  readonly content?: Record<string, string>
}

export type Capable = {
  readonly form?: Record<string, never>
  readonly url?: Record<string, never>
}

/** What a call ended in. */
export interface Ended {
  readonly isError?: boolean
  readonly text: string
}

interface CallOptions {
  readonly timeout?: number
  readonly onprogress?: () => void
  readonly resetTimeoutOnProgress?: boolean
}

export interface Calling {
  readonly shown: Shown[]
  call(name: string, path: string, options?: CallOptions): Promise<Ended>
  close(): Promise<void>
}

const MODES: Readonly<Record<Exclude<Kind, 'v1'>, VersionNegotiationMode>> = {
  'v2 modern': { pin: '2026-07-28' },
  'v2 legacy': 'legacy',
}
const INFO = { name: 'approvals', version: '1' }

/** Connects a client whose person answers what they are shown. Without `capable`, it can show nothing. */
export async function connect(
  kind: Kind,
  { gateway, token }: Pick<ApprovalScene, 'gateway' | 'token'>,
  capable: Capable | undefined,
  person: (shown: Shown) => Done | Promise<Done>,
): Promise<Calling> {
  const shown: Shown[] = []
  const show = async (params: unknown): Promise<Done> => {
    shown.push(params as Shown)
    return person(params as Shown)
  }
  const url = new URL(`${gateway.issuer}/mcp/target`)
  const init = { requestInit: { headers: { authorization: `Bearer ${token}` } } }
  const capabilities = capable === undefined ? {} : { elicitation: capable }
  if (kind === 'v1') {
    const client = new OlderClient(INFO, { capabilities })
    if (capable) client.setRequestHandler(ElicitRequestSchema, ({ params }) => show(params))
    await client.connect(new OlderTransport(url, init) as never)
    return {
      shown,
      call: async (name, path, options) =>
        ended(await client.callTool({ name, arguments: { path } }, undefined, options)),
      close: () => client.close(),
    }
  }
  const client = new Client(INFO, { capabilities, versionNegotiation: { mode: MODES[kind] } })
  if (capable) client.setRequestHandler('elicitation/create', ({ params }) => show(params))
  await client.connect(new StreamableHTTPClientTransport(url, init))
  return {
    shown,
    call: async (name, path, options) =>
      ended(await client.callTool({ name, arguments: { path } }, options)),
    close: () => client.close(),
  }
}

function ended(result: unknown): Ended {
  const { content, isError = false } = result as {
    readonly content: readonly { readonly text: string }[]
    readonly isError?: boolean
  }
  return { isError, text: content.map(({ text }) => text).join('\n') }
}
