import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Loaded } from '../../config/config.ts'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import { createLinkOpener } from '../../mcp/upstream/open-link.ts'
import { errorReader } from '../../sandbox/denials/error-reader.ts'
import type { Observer } from '../../sandbox/learn/observation.ts'
import { traceFiles } from '../../sandbox/learn/tracer.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { commandServers } from '../vault/command-servers.ts'
import { packageVersion } from '../version.ts'
import type { ConfinedServer } from './confined-server.ts'

/** What came of watching a server. */
export interface Watched {
  /** Whether its system calls were seen, or only what was refused to it. */
  readonly traced: boolean
  /** Why it did not answer; undefined when it did. */
  readonly failed: string | undefined
}

/**
 * Starts a server as it is confined now, says hello, asks for its tools, and watches it for a while.
 * Nothing is allowed that its profile does not allow.
 *
 * @throws {CommandError} when it cannot be started.
 */
export async function watchServer(
  context: Context,
  { config }: Loaded,
  server: ConfinedServer,
  observer: Observer,
  seconds: number,
): Promise<Watched> {
  const { name, command, cwd } = server
  const profile = seenAtTheWall(server.profile)
  const servers = await commandServers(config, context)
  const upstream = servers.find((one) => one.name === name)
  if (upstream === undefined)
    throw new CommandError(`\`${name}\` is disabled`, { exit: 'usage', fix: 'enable it first' })
  let traced = false
  const sandbox = createSandbox({
    watch: observer,
    servers: Object.keys(config.servers),
    onStanding: async (_, pid) => {
      traced = await traceFiles(pid, cwd ?? '/', (use) => observer.file(use))
    },
  })
  const reader = errorReader({ server: name, profile, watch: observer, exists: existsSync })
  const opener = createLinkOpener({
    baseEnv: {},
    onStderr: (_, line) => reader.read(line),
    launch: async ({ env: own }) => {
      // Node.js asks the proxy then, which hears the port; the name server hears names alone.
      const env = { ...own, NODE_USE_ENV_PROXY: '1' }
      return (await sandbox.launch({ server: name, profile, command, env, cwd })).child
    },
  })
  const stop = context.signal
  try {
    const link = await opener.openLink({
      ...{ server: name, transport: upstream.transport, revision: upstream.revision },
      face: { clientInfo: { name: 'bailiwick', version: packageVersion() }, capabilities: {} },
      listener: { onNotification() {}, onRequest: async ({ id }) => refused(id) },
      timeout: upstream.connectTimeout,
      maxMessage: upstream.maxMessage,
    })
    await delay(seconds * 1_000, undefined, { signal: stop }).catch(() => undefined)
    await link.close()
    return { traced, failed: undefined }
  } catch (error) {
    return { traced, failed: error instanceof Error ? error.message : String(error) }
  } finally {
    opener.close()
    await sandbox.close()
  }
}

/**
 * The same profile, where nothing is reached just as well, but what asks for a host is heard: without any
 * network nobody is there to hear it.
 */
function seenAtTheWall(profile: SandboxProfile): SandboxProfile {
  if (profile.network.mode !== 'none') return profile
  return { ...profile, network: { mode: 'allowlist', allow: [] } }
}

function refused(id: string | number) {
  return { kind: 'error', id, error: { code: -32601, message: 'not taken here' } } as const
}
