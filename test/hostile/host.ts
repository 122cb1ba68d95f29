import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { openPins } from '../../src/catalog/pins/pin-book.ts'
import type { PinVersion } from '../../src/kernel/pins.ts'
import { openStore } from '../../src/store/store.ts'
import type { RunningGateway } from '../support/gateway.ts'

/** A host with an official client at the endpoint of all servers, and every byte that reached it. */
export interface Host {
  /** Names of the tools that it gets, in order. */
  tools(): Promise<readonly string[]>
  readonly client: Client
  /** `answered`, or what it was told instead. */
  call(tool: string, args?: Readonly<Record<string, unknown>>): Promise<string>
  /** Everything that reached it so far, with escapes of JSON undone where a passage holds some. */
  wire(): string
  close(): Promise<void>
}

export async function openHost(gateway: RunningGateway, path = '/mcp'): Promise<Host> {
  const chunks: string[] = []
  const transport = new StreamableHTTPClientTransport(new URL(path, gateway.origin), {
    requestInit: { headers: { Authorization: `Bearer ${gateway.token(path)}` } },
    fetch: async (to, init) => {
      const response = await fetch(to, init)
      const { body, status, headers } = response
      return new Response(body?.pipeThrough(noting(chunks)) ?? null, { status, headers })
    },
  })
  const client = new Client({ name: 'host', version: '1.0.0' })
  await client.connect(transport as Transport)
  return {
    client,
    tools: async () => (await client.listTools()).tools.map(({ name }) => name).sort(),
    async call(name, args = {}) {
      try {
        const asked = { method: 'tools/call' as const, params: { name, arguments: args } }
        const result = await client.request(asked, CallToolResultSchema)
        return result.isError ? `refused: ${JSON.stringify(result)}` : 'answered'
      } catch (error) {
        return `refused: ${String(error)}`
      }
    },
    wire: () => chunks.join(''),
    close: () => client.close(),
  }
}

function noting(read: string[]): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  return new TransformStream({
    transform(chunk, controller) {
      read.push(decoder.decode(chunk, { stream: true }))
      controller.enqueue(chunk)
    },
  })
}

/** What waits for a person, from the store of a gateway. */
export async function waitingOf({ dataDir }: RunningGateway): Promise<readonly PinVersion[]> {
  const path = `${dataDir}/bailiwick.db`
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const pins = await openPins({
    store,
    witness: async () => undefined,
    clock: Date.now,
    every: 60_000,
    judge: () => ({ findings: [], verdict: 'clean' }),
    firstSight: () => 'quarantine',
    log: () => undefined,
  })
  const all = await pins.list({ status: 'quarantined' })
  await pins.close()
  await store.close()
  return all
}
