import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import {
  type CallToolRequestOptions,
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { fakeGateway, report } from './testing/fake-gateway.ts'
import { start } from './testing/start.ts'

const CLAIMS = { name: 'sdk', version: '1' }
const OPTIONS = { requestInit: { headers: { authorization: 'Bearer alice' } } }
const ACCEPTED = { action: 'accept' as const, content: { name: 'Ann' } }

/** The same few things, as each client says them. */
interface Sdk {
  list(): Promise<string[]>
  call(name: string, options?: CallOptions): Promise<unknown>
  terminate(): Promise<void>
  readonly session: string | undefined
}

type CallOptions = Pick<CallToolRequestOptions, 'onprogress' | 'signal'>

async function v1(url: string): Promise<Sdk> {
  const client = new ClientV1(CLAIMS, { capabilities: { elicitation: {} } })
  client.setRequestHandler(ElicitRequestSchema, () => ACCEPTED)
  const transport = new TransportV1(new URL(url), OPTIONS)
  // The declared types of SDK v1 and `exactOptionalPropertyTypes` disagree on `sessionId`.
  await client.connect(transport as Parameters<typeof client.connect>[0])
  onTestFinished(() => client.close())
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, options) => client.callTool({ name }, undefined, options),
    terminate: () => transport.terminateSession(),
    session: transport.sessionId,
  }
}

const v2 =
  (mode: VersionNegotiationMode) =>
  async (url: string): Promise<Sdk> => {
    const client = new ClientV2(CLAIMS, {
      capabilities: { elicitation: {} },
      versionNegotiation: { mode },
    })
    client.setRequestHandler('elicitation/create', async () => ACCEPTED)
    const transport = new TransportV2(new URL(url), OPTIONS)
    await client.connect(transport)
    onTestFinished(() => client.close())
    return {
      list: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: (name, options) => client.callTool({ name }, options),
      terminate: () => transport.terminateSession(),
      session: transport.sessionId,
    }
  }

const LEGACY = [
  ['v1', v1],
  ['v2 legacy', v2('legacy')],
] as const
const MODERN = [
  ['v2 modern', v2({ pin: '2026-07-28' })],
  ['v2 auto', v2('auto')],
] as const
const done = { content: [{ type: 'text', text: 'done' }] }

describe.each([...LEGACY, ...MODERN])('%s', (_, open) => {
  test('lists, calls, and sees progress', async () => {
    const { url } = await start()
    const sdk = await open(`${url}/mcp/files`)
    expect(await sdk.list()).toContain('echo')
    const seen: number[] = []
    const onprogress = ({ progress }: { progress: number }) => void seen.push(progress)
    expect(await sdk.call('progress', { onprogress })).toMatchObject(done)
    expect(seen).toEqual([1, 2, 3])
  })

  test('cancels', async () => {
    const { url, gateway } = await start()
    const sdk = await open(`${url}/mcp`)
    const abort = new AbortController()
    const called = sdk.call('wait', { signal: abort.signal })
    called.catch(() => {})
    const waiting = () => gateway.exchanges.find(({ request }) => request.method === 'tools/call')
    await vi.waitFor(() => expect(waiting()?.cancelled.aborted).toBe(false))
    abort.abort()
    await expect(called).rejects.toThrow()
    await vi.waitFor(() => expect(waiting()?.cancelled.aborted).toBe(true))
  })

  test('is told of an error', async () => {
    const { url } = await start()
    const sdk = await open(`${url}/mcp`)
    await expect(sdk.call('no-such-tool')).rejects.toMatchObject({ code: -32602 })
  })
})

describe.each(LEGACY)('%s', (_, open) => {
  test('is asked in mid-call', async () => {
    const { url } = await start()
    const sdk = await open(`${url}/mcp`)
    expect(JSON.stringify(await sdk.call('elicit'))).toContain('Ann')
  })

  test('has a session, and ends it', async () => {
    const { url, gateway } = await start()
    const sdk = await open(`${url}/mcp`)
    expect(sdk.session).toBe(gateway.exchanges[0]?.conversation.id)
    await sdk.terminate()
    expect(gateway.exchanges[0]?.conversation.ended.aborted).toBe(true)
  })

  test('resumes a stream that the network cut', async () => {
    const gate = Promise.withResolvers<void>()
    const gateway = fakeGateway({
      steps: async (exchange) => {
        for (const progress of [1, 2, 3]) {
          if (progress === 2) await gate.promise
          report(exchange, progress)
        }
        return 'done'
      },
    })
    const wire = await cuttableWire()
    const host = `127.0.0.1:${wire.port}`
    const { port } = await start({ gateway, allowedHosts: [host] })
    wire.target = port
    const sdk = await open(`http://${host}/mcp`)
    const seen: number[] = []
    const onprogress = ({ progress }: { progress: number }): void => {
      seen.push(progress)
      if (progress > 1) return
      wire.cut()
      gate.resolve()
    }
    expect(await sdk.call('steps', { onprogress })).toMatchObject(done)
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('v2 modern', () => {
  test('subscribes, and is told of changes', async () => {
    const { url } = await start()
    const changed = vi.fn<() => void>()
    const client = new ClientV2(CLAIMS, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
    client.setNotificationHandler('notifications/tools/list_changed', changed)
    await client.connect(new TransportV2(new URL(`${url}/mcp`), OPTIONS))
    onTestFinished(() => client.close())
    const subscription = await client.listen({ toolsListChanged: true })
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce())
    await subscription.close()
  })
})

/** A stretch of network that can be cut: all connections that it carries break. */
async function cuttableWire(): Promise<{ port: number; target: number; cut(): void }> {
  const sockets = new Set<Socket>()
  const wire = createServer((near) => {
    const far = connect(state.target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to)
      from.on('error', () => {})
      from.on('close', () => to.destroy())
    }
  })
  wire.listen(0, '127.0.0.1')
  await new Promise((resolve) => wire.once('listening', resolve))
  onTestFinished(() => void wire.close())
  const state = {
    port: (wire.address() as AddressInfo).port,
    target: 0,
    cut: () => {
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
  }
  return state
}
