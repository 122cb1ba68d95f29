import { randomBytes, randomUUID } from 'node:crypto'
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { joinName, splitName } from '../src/catalog/names.ts'
import { NO_FLOW } from '../src/gateway/flow/no-flow.ts'
import { createGateway } from '../src/gateway/gateway.ts'
import { policyOf, testCatalog, world } from '../src/gateway/testing/world.ts'
import { listen } from '../src/http/listener.ts'
import type { Authenticator } from '../src/kernel/authentication.ts'
import { GatewayError } from '../src/kernel/errors.ts'
import { NO_FACTS } from '../src/kernel/facts.ts'
import type { JsonObject } from '../src/kernel/json.ts'
import type { LimitDefinition } from '../src/kernel/limits.ts'
import { OPERATOR_AUTHORIZATION, type Subject, type SubjectId } from '../src/kernel/subject.ts'
import { type OpenLimits, openLimits } from '../src/limits/limits.ts'
import type { Gateway } from '../src/mcp/exchange.ts'
import { createLinkOpener } from '../src/mcp/upstream/open-link.ts'
import { createLinkPool } from '../src/mcp/upstream/pool.ts'
import type { Engine } from '../src/store/migrations.ts'
import { ENGINES, freshStore } from '../src/store/testing/fresh-store.ts'
import { type RecordingUpstream, startRecordingUpstream } from './attacks/recording-upstream.ts'

// Limits as clients meet them: official clients, over HTTP, through the gateway, counted in a store.

const DAY = 86_400_000
const PATIENT = { timeout: 15_000 }
const perSubject = { per: ['subject'], applies: {} } as const
const callsADay = (most: number, kind: 'bucket' | 'window'): LimitDefinition => ({
  name: 'calls',
  unit: 'calls',
  every: DAY,
  kind,
  most,
  ...perSubject,
})

/** A client, as far as these tests need it, and every exchange on its wire. */
interface Peer {
  call(name: string, signal?: AbortSignal): Promise<CallResult>
  read(uri: string): Promise<unknown>
  readonly wire: readonly { readonly method: string; readonly verb: string; status: number }[]
  session(): string | undefined
}

interface CallResult {
  readonly isError?: boolean
  readonly decision: JsonObject | undefined
  readonly text: string
}

function resultOf(answer: unknown): CallResult {
  const { isError, content, _meta } = answer as {
    readonly isError?: boolean
    readonly content: readonly { readonly text?: string }[]
    readonly _meta?: Readonly<Record<string, JsonObject>>
  }
  const text = content.map((block) => block.text).join('')
  return { isError: isError ?? false, decision: _meta?.['dev.bailiwick/decision'], text }
}

/** Notes what goes over the wire. */
function tap() {
  const wire: { method: string; verb: string; status: number }[] = []
  const tapped = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {}
    const entry = { method: String(body.method ?? ''), verb: init?.method ?? 'GET', status: 0 }
    wire.push(entry)
    const response = await fetch(url, init)
    entry.status = response.status
    return response
  }
  return { wire, fetch: tapped }
}

const headersOf = (who: string) => ({
  requestInit: { headers: { authorization: `Bearer ${who}` } },
})

async function v1(url: string, who = 'ann'): Promise<Peer> {
  const { wire, fetch: tapped } = tap()
  const client = new ClientV1({ name: 'limits-v1', version: '1' })
  const transport = new TransportV1(new URL(url), { ...headersOf(who), fetch: tapped })
  // The declared types of SDK v1 and `exactOptionalPropertyTypes` disagree on `sessionId`.
  await client.connect(transport as Parameters<typeof client.connect>[0])
  onTestFinished(() => client.close())
  return {
    wire,
    call: async (name, signal) =>
      resultOf(
        await client.callTool(
          { name, arguments: { message: 'x' } },
          undefined,
          signal && { signal },
        ),
      ),
    read: (uri) => client.readResource({ uri }),
    session: () => transport.sessionId,
  }
}

const v2 =
  (mode: VersionNegotiationMode) =>
  async (url: string, who = 'ann'): Promise<Peer> => {
    const { wire, fetch: tapped } = tap()
    const client = new ClientV2(
      { name: 'limits-v2', version: '1' },
      { versionNegotiation: { mode } },
    )
    const transport = new TransportV2(new URL(url), { ...headersOf(who), fetch: tapped })
    await client.connect(transport)
    onTestFinished(() => client.close())
    return {
      wire,
      call: async (name, signal) =>
        resultOf(
          await client.callTool({ name, arguments: { message: 'x' } }, signal && { signal }),
        ),
      read: (uri) => client.readResource({ uri }, { cacheMode: 'refresh' }),
      session: () => transport.sessionId,
    }
  }

const CLIENTS = [
  ['v1', v1],
  ['v2 legacy', v2('legacy')],
  ['v2 modern', v2({ pin: '2026-07-28' })],
  ['v2 auto', v2('auto')],
] as const

/** Who has which token: the name is the token. */
const authenticator: Authenticator = {
  authenticate({ authorization: header }) {
    const id = /^Bearer (ann|ben)$/.exec(header ?? '')?.[1]
    if (id === undefined) throw new GatewayError('token_invalid', 'the token is not valid')
    const subject: Subject = {
      kind: 'user',
      id: id as SubjectId,
      via: 'operator',
      groups: [],
      actors: [],
    }
    return { subject, authorization: OPERATOR_AUTHORIZATION }
  },
  challenge: () => [],
}

async function serve(gateway: Gateway): Promise<string> {
  const listening = await listen({
    host: '127.0.0.1',
    port: 0,
    gateway,
    around: () => ({ authenticator, route: () => undefined }),
    servers: (name) => name === 'target',
    clock: Date.now,
    randomId: randomUUID,
    log: () => undefined,
  })
  onTestFinished(() => listening.close(0))
  return `${listening.url}/mcp/target`
}

async function limitsIn(engine: Engine, definitions: readonly LimitDefinition[]) {
  const fresh = await freshStore(engine)
  const errors: unknown[] = []
  let now = 20_000 * DAY + 1
  const limits = await openLimits({
    store: fresh.store,
    definitions: () => definitions,
    clock: () => now,
    onError: (cause) => void errors.push(cause),
  })
  onTestFinished(async () => {
    await limits.close()
    await fresh.remove()
    expect(errors).toEqual([])
  })
  const pass = (milliseconds: number): void => {
    now += milliseconds
  }
  return { limits, pass }
}

/** The gateway with a server that notes what reaches it, over HTTP on both sides. */
async function withUpstream(
  limits: OpenLimits,
): Promise<{ url: string; upstream: RecordingUpstream }> {
  const upstream = await startRecordingUpstream()
  onTestFinished(() => upstream.stop())
  const opener = createLinkOpener({ baseEnv: {} })
  const pool = createLinkPool({
    openLink: opener.openLink,
    maxLinks: 100,
    idleMs: 60_000,
    backOff: { first: 500, longest: 60_000 },
    clock: Date.now,
    random: Math.random,
  })
  const gateway = createGateway({
    servers: [
      {
        name: 'target',
        transport: { kind: 'http', url: upstream.url, headers: {} },
        revision: 'auto',
        connectTimeout: 5_000,
        callTimeout: 5_000,
        maxMessage: 1_000_000,
      },
    ],
    links: pool,
    eras: { recall: () => undefined, settle: () => undefined },
    catalog: testCatalog(),
    names: { join: joinName, split: splitName },
    policies: () => policyOf(() => true),
    recorder: { record: async () => undefined },
    analyse: () => NO_FACTS,
    flow: NO_FLOW,
    limits,
    sealKey: randomBytes(32),
    version: '0.0.0',
    now: Date.now,
    randomId: randomUUID,
    log: () => undefined,
  })
  onTestFinished(async () => {
    gateway.close()
    await pool.closeAll()
    opener.close()
  })
  return { url: await serve(gateway), upstream }
}

describe.each(CLIENTS)('%s', (_, connect) => {
  test('is told of a limit by a tool error, and goes on in its session, on its transport', async () => {
    const { limits, pass } = await limitsIn('sqlite', [callsADay(2, 'window')])
    const { url, upstream } = await withUpstream(limits)
    const peer = await connect(url)
    const session = peer.session()
    const before = peer.wire.length
    for (let calls = 0; calls < 2; calls += 1)
      expect(await peer.call('echo')).toMatchObject({ isError: false })

    for (let calls = 0; calls < 3; calls += 1) {
      const denied = await peer.call('echo')
      expect(denied).toMatchObject({
        isError: true,
        text: expect.stringMatching(
          /^Denied by policy: limit `calls` permits 2 calls in 1 d\.\nInstead: wait \d+ s/,
        ),
        decision: { code: 'limit_exceeded', policies: ['limit:calls'] },
      })
      expect(denied.decision?.['retryAfterMs']).toBe(DAY - 1)
    }
    await expect(peer.read('memo://public')).rejects.toMatchObject({
      code: -31013,
      data: { code: 'limit_exceeded', retryAfterMs: expect.any(Number) },
    })

    pass(DAY)
    expect(await peer.call('echo')).toMatchObject({ isError: false, text: 'called' })
    expect(upstream.all.map(({ name }) => name)).toEqual(['echo', 'echo', 'echo'])

    const sent = peer.wire.slice(before).filter(({ verb }) => verb === 'POST')
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(sent.map(({ method }) => method))).toEqual(
      new Set(['tools/call', 'resources/read']),
    )
    expect(peer.session()).toBe(session)
  })
})

test.each(ENGINES)(
  '200 calls at once, of four kinds of client: exactly 37 reach the server (%s)',
  async (engine) => {
    const { limits } = await limitsIn(engine, [callsADay(37, 'bucket')])
    const { url, upstream } = await withUpstream(limits)
    const peers = await Promise.all(CLIENTS.map(([, connect]) => connect(url)))
    const answers = await Promise.all(
      peers.flatMap((peer) => Array.from({ length: 50 }, () => peer.call('echo'))),
    )
    expect(answers.filter(({ isError }) => !isError)).toHaveLength(37)
    expect(upstream.all).toHaveLength(37)
    const codes = answers.filter(({ isError }) => isError).map(({ decision }) => decision?.['code'])
    expect(new Set(codes)).toEqual(new Set(['limit_exceeded']))
    // Another subject has its own.
    expect(await (await v1(url, 'ben')).call('echo')).toMatchObject({ isError: false })
  },
)

describe('what runs at once', () => {
  const frame = { resultType: 'complete' }
  const atOnce: LimitDefinition = { name: 'busy', unit: 'concurrent', most: 2, ...perSubject }

  async function withSlowServer(engine: Engine) {
    const { limits } = await limitsIn(engine, [atOnce])
    const waiting: (() => void)[] = []
    const { gateway } = world({
      limits,
      servers: {
        target: {
          revision: '2026-07-28',
          async logic({ request: { method, params }, signal }) {
            if (method === 'tools/list')
              return {
                ...frame,
                tools: ['slow', 'broken'].map((name) => ({
                  name,
                  inputSchema: { type: 'object' },
                })),
              }
            if (method !== 'tools/call') return undefined
            if (params?.['name'] === 'broken') throw new GatewayError('upstream_failed', 'broken')
            await new Promise<void>((resolve, reject) => {
              signal.addEventListener('abort', () => reject(new GatewayError('cancelled', 'gone')))
              waiting.push(resolve)
            })
            return { ...frame, content: [{ type: 'text', text: 'done' }] }
          },
        },
      },
    })
    return { url: await serve(gateway), waiting }
  }

  test.each(ENGINES)('is free when calls end, fail or are cancelled (%s)', async (engine) => {
    const { url, waiting } = await withSlowServer(engine)
    const peer = await v1(url)
    const full = async (): Promise<void> =>
      expect(await peer.call('slow')).toMatchObject({
        isError: true,
        text: expect.stringContaining('limit `busy` permits 2 calls at once'),
        decision: { code: 'limit_exceeded', retryAfterMs: 1_000 },
      })

    for (let failures = 0; failures < 5; failures += 1)
      await expect(peer.call('broken')).rejects.toMatchObject({ code: -31021 })

    const abort = new AbortController()
    const cancelled = peer.call('slow', abort.signal)
    cancelled.catch(() => undefined)
    const first = peer.call('slow')
    await vi.waitFor(() => expect(waiting).toHaveLength(2), PATIENT)
    await full()
    waiting.at(-1)?.()
    expect(await first).toMatchObject({ text: 'done' })

    const second = peer.call('slow')
    await vi.waitFor(() => expect(waiting).toHaveLength(3), PATIENT)
    await full()
    abort.abort()
    await expect(cancelled).rejects.toThrow()
    // The second call still runs: only the cancelled one can have made room.
    await vi.waitFor(async () => {
      const denied = peer.call('slow').then(({ isError }) => isError)
      const reached = vi.waitFor(() => expect(waiting).toHaveLength(4), PATIENT).then(() => false)
      expect(await Promise.race([denied, reached])).toBe(false)
    }, PATIENT)
    for (const finish of waiting) finish()
    await second
  })
})
