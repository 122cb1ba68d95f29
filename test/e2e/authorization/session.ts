import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { textOf } from '../peer.ts'
import type { Application } from './application.ts'

/** The official clients, unmodified, and how they negotiate. */
export const KINDS = ['v1', 'v2 modern', 'v2 auto', 'v2 legacy'] as const
export type Kind = (typeof KINDS)[number]

const MODES: Readonly<Record<Exclude<Kind, 'v1'>, VersionNegotiationMode>> = {
  'v2 modern': { pin: '2026-07-28' },
  'v2 auto': 'auto',
  'v2 legacy': 'legacy',
}
const INFO = { name: 'an-application', version: '1' }

/** A client of the SDK, with its transport. */
export interface Session {
  connect(): Promise<void>
  /** Takes what the person's browser came back with. */
  finish(answer: URL): Promise<void>
  tools(): Promise<readonly string[]>
  call(name: string): Promise<string>
  close(): Promise<void>
}

/** A session of one kind with an address, for an application; for a machine, only of SDK v2. */
export function session(
  kind: Kind,
  address: string,
  application: Application | OAuthClientProvider,
): Session {
  if (kind !== 'v1') return newer(MODES[kind], address, application)
  if (!('older' in application)) throw new Error('not for SDK v1')
  return older(address, application)
}

function older(address: string, { older: authProvider }: Application): Session {
  const client = new OlderClient(INFO)
  const transport = new OlderTransport(new URL(address), { authProvider })
  return {
    connect: () => client.connect(transport as never),
    finish: (answer) => transport.finishAuth(answer.searchParams.get('code') ?? ''),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name) => textOf(await client.callTool({ name, arguments: {} })),
    close: () => client.close(),
  }
}

function newer(
  mode: VersionNegotiationMode,
  address: string,
  provider: OAuthClientProvider,
): Session {
  const client = new Client(INFO, { versionNegotiation: { mode } })
  const transport = new StreamableHTTPClientTransport(new URL(address), { authProvider: provider })
  return {
    connect: () => client.connect(transport),
    finish: (answer) => transport.finishAuth(answer.searchParams),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name) => textOf(await client.callTool({ name, arguments: {} })),
    close: () => client.close(),
  }
}
