import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { World } from '../analysis/analyser.ts'
import { createAnalysis } from '../analysis/analysis.ts'
import { type OpenRecorder, openRecorder } from '../audit/audit.ts'
import { joinName, splitName } from '../catalog/names.ts'
import type { Config } from '../config/config.ts'
import { createGateway } from '../gateway/gateway.ts'
import { type Listening, listen } from '../http/listener.ts'
import { UNLIMITED } from '../limits/limits.ts'
import { createLinkOpener } from '../mcp/upstream/open-link.ts'
import { createLinkPool } from '../mcp/upstream/pool.ts'
import { decisionPoint } from '../policy/policy.ts'
import type { Store } from '../store/store.ts'
import { baseEnv } from './base-env.ts'
import { catalogPort } from './catalog-port.ts'
import { eraMemory } from './era-memory.ts'
import { headFile, openConfiguredStore } from './open-records.ts'
import { authenticateOwner } from './owner.ts'
import { ensureOwnerToken } from './owner-token.ts'
import { readPolicies } from './policy-files.ts'
import { randomIds } from './random-id.ts'
import { upstreamServers } from './upstream-servers.ts'
import { packageVersion } from './version.ts'

/** Links to servers, open at once. */
const MAX_LINKS = 1_000
const NO_WORLD: World = {
  files: { follow: () => ({ kind: 'blocked', why: 'not looked at' }) },
  resolver: { resolve: async () => [] },
}
const BACK_OFF = { first: 500, longest: 60_000 }
export interface GatewayProcess {
  readonly config: Config
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** One line for the operator. `cause` is for the log and may hold details. */
  readonly log: (message: string, cause?: unknown) => void
}

export interface RunningProcess {
  readonly url: string
  /** Stops taking requests, lets calls end, records their outcomes, ends all children. */
  close(): Promise<void>
}

/**
 * The composition root: builds every part of the gateway and hands them to each other.
 *
 * @throws {CommandError} or GatewayError when a part cannot be built; nothing is left open then.
 */
export async function startGateway(options: GatewayProcess): Promise<RunningProcess> {
  const { config, env } = options
  const policies = decisionPoint(readPolicies(config.policies, config.folder))
  const authenticate = authenticateOwner(ensureOwnerToken(options.dataDir))
  const servers = upstreamServers(config, env)
  const store = await openConfiguredStore(config, { env })
  try {
    const recorder = await openRecorder({
      store,
      headFile: headFile(options.dataDir),
      clock: Date.now,
      ...(config.store.kind === 'sqlite' ? { thread: config.store } : {}),
      excerpt: { maxBytes: config.records.excerpt, redact: config.records.redactKeys },
      input: { maxBytes: config.records.input, redact: config.records.redactKeys },
      onHeadError: (cause) => options.log('the head of the records could not be kept', cause),
    })
    try {
      return await serve(options, { policies, authenticate, servers, store, recorder })
    } catch (error) {
      await recorder.close()
      throw error
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

interface Built {
  readonly policies: ReturnType<typeof decisionPoint>
  readonly authenticate: ReturnType<typeof authenticateOwner>
  readonly servers: ReturnType<typeof upstreamServers>
  readonly store: Store
  readonly recorder: OpenRecorder
}

async function serve(
  { config, env, log }: GatewayProcess,
  { policies, authenticate, servers, store, recorder }: Built,
): Promise<RunningProcess> {
  const randomId = randomIds()
  const analysis = createAnalysis({ analysers: [], world: NO_WORLD })
  const opener = createLinkOpener({ baseEnv: baseEnv(env) })
  const pool = createLinkPool({
    openLink: opener.openLink,
    maxLinks: MAX_LINKS,
    idleMs: config.limits.serverIdle,
    backOff: BACK_OFF,
    clock: Date.now,
    random: Math.random,
  })
  const gateway = createGateway({
    servers,
    links: pool,
    eras: await eraMemory(store, Date.now, log),
    catalog: catalogPort(config.servers),
    names: { join: joinName, split: splitName },
    policies: () => policies,
    recorder,
    analyse: analysis.analyse,
    limits: UNLIMITED,
    sealKey: randomBytes(32),
    version: packageVersion(),
    now: Date.now,
    randomId,
    log,
  })
  const names = new Set(servers.map(({ name }) => name))
  const { tls, allowedHosts, allowedOrigins } = config.listen
  const listening: Listening = await listen({
    host: config.listen.host,
    port: config.listen.port,
    gateway,
    authenticate,
    servers: (name) => names.has(name),
    allowedHosts: allowedHosts.length > 0 ? allowedHosts : undefined,
    allowedOrigins: allowedOrigins.length > 0 ? allowedOrigins : undefined,
    limits: {
      ...config.limits,
      sessionIdleMs: config.limits.sessionIdle,
      silenceMs: config.limits.silence,
    },
    tls: tls && { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') },
    behindProxy: config.listen.behindProxy,
    clock: Date.now,
    randomId,
    log: (line) => log(line),
  })
  return {
    url: listening.url,
    async close() {
      await listening.close()
      gateway.close()
      await pool.closeAll()
      opener.close()
      await recorder.close()
      await store.close()
    },
  }
}
