import { homedir } from 'node:os'
import type { Config } from '../../config/config.ts'
import type { PlantedFinder } from '../../kernel/content.ts'
import type { Witness } from '../../kernel/event.ts'
import type { ClearTextWatch } from '../../kernel/sandbox.ts'
import { openPackages } from '../../packages/packages.ts'
import { denialDesk } from '../../sandbox/denials/denial-desk.ts'
import { proven } from '../../sandbox/preflight/preflight.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import type { Store } from '../../store/store.ts'
import { isOfThisMachine, resolveText } from '../resolve-secret.ts'
import { prove } from '../sandbox/prove.ts'
import { createLauncher, type Launcher } from './launcher.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface ContainmentOptions {
  readonly config: Config
  readonly env: Env
  readonly store: Store
  readonly witness: Witness
  /** Recognises decoys in what servers send in clear text. */
  readonly planted: PlantedFinder
  /** Whether a text holds a credential that is in use. */
  readonly known: (text: string) => boolean
  /** Files that the gateway goes by. */
  readonly own: readonly string[]
  readonly log: (message: string, cause?: unknown) => void
}

/** The sandbox of a gateway: what starts its local servers, and what it has to say of them. */
export interface Containment extends Launcher {
  /** Told that a server says more than anybody reads. */
  flooded(server: string, stream: string): void
  close(): Promise<void>
}

/** Opens the sandbox and the packages of a gateway. Servers that run are ended by whoever launched them. */
export async function openContainment(options: ContainmentOptions): Promise<Containment> {
  const { config, env, store, witness, own, log } = options
  const clock = Date.now
  const desk = denialDesk({ witness, clock, log })
  const sandbox = createSandbox({
    watch: desk,
    clearText: clearTextOf(options),
    servers: Object.keys(config.servers),
  })
  const packages = await openPackages({
    ...{ store, witness, clock, sandbox, env, log },
    dataDir: config.dataDir,
    unsandboxed: config.sandbox.allowUnsandboxed,
    firstSight: (server) => config.servers[server]?.firstSight ?? config.definitions.firstSight,
  })
  const home = env['HOME'] ?? homedir()
  const launcher = createLauncher({
    ...{ config, env, home, own, packages, desk, clock, log },
    sandbox: proven(sandbox, () => prove({ env }, config.dataDir)),
  })
  return {
    ...launcher,
    flooded(server, stream) {
      log(`server \`${server}\` floods its ${stream}: it is read slowly from now on`)
      desk.denied({ server, layer: 'limit', op: 'write', target: stream, reason: 'flood' })
    },
    async close() {
      await sandbox.close()
      await desk.close()
    },
  }
}

/** A shorter one would be found where nobody wrote it. */
const SHORTEST_SECRET = 8

/** Looks for decoys, and for the secrets that the server itself was given. */
function clearTextOf({
  config,
  env,
  planted,
  known,
}: Pick<ContainmentOptions, 'config' | 'env' | 'planted' | 'known'>): ClearTextWatch {
  const secrets = new Map(
    Object.entries(config.servers).map(([name, server]) => {
      const texts = server.transport === 'stdio' ? Object.values(server.env) : []
      const values = texts
        .filter((text) => text.kind === 'secret' && isOfThisMachine(text))
        .map((text) => resolveText(text, config.folder, env))
      return [name, values.filter(({ length }) => length >= SHORTEST_SECRET)]
    }),
  )
  return (server, text) => {
    if (planted(text).length > 0) return 'canary'
    const own = secrets.get(server)?.some((value) => text.includes(value)) === true
    // Those of the vault and of other keepers are known from when the server was started with them.
    return own || known(text) ? 'secret' : undefined
  }
}
