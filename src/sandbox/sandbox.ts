import type {
  ClearTextWatch,
  Contained,
  Launch,
  SandboxRunner,
  SandboxWatch,
} from '../kernel/sandbox.ts'
import { type EngineOptions, otherRunners } from './backends/other-runners.ts'
import { Bubblewrap } from './bwrap/bubblewrap.ts'
import type { Resolve } from './egress/resolve.ts'
import { refusal } from './refusal.ts'

/** What a sandbox needs from outside. */
export interface SandboxOptions {
  readonly watch: SandboxWatch
  /** Looks at what leaves in clear text. Absent: nothing is looked for. */
  readonly clearText?: ClearTextWatch
  /** Looks names up for servers with an allowlist. Absent: as this machine does. */
  readonly resolve?: Resolve
  /** All servers of the configuration: a root gateway gives each the same uid after every start. */
  readonly servers?: readonly string[]
  /** How containers are run. Absent: they are not. */
  readonly engine?: EngineOptions
  /** Where bubblewrap is. Absent: in the system's folders. */
  readonly bwrap?: string
  /**
   * Is told the first process of a sandbox that stands, and waited for before the server's first
   * instruction: for whoever wants to miss nothing of what it does.
   */
  readonly onStanding?: (server: string, pid: number) => Promise<void>
}

/** Starts servers confined, by whatever backend their profile names. */
export interface Sandbox extends SandboxRunner {
  /** The uid of this machine that a root gateway gives a server whose profile does not name one. */
  hostUid(server: string): number
}

/** Makes the one that starts every local server of a gateway. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const bubblewrap = new Bubblewrap(options)
  const own = process.getuid?.() ?? 0
  const others = otherRunners(options.engine, (server) =>
    own === 0 ? bubblewrap.hostUid(server) : own,
  )
  return {
    hostUid: (server) => bubblewrap.hostUid(server),
    launch: (launch) => {
      const { backend } = launch.profile
      if (backend === 'auto' || backend === 'bwrap') return bubblewrap.launch(launch)
      return others.get(backend)?.launch(launch) ?? Promise.reject<Contained>(unavailable(launch))
    },
    async close() {
      await Promise.all([bubblewrap, ...others.values()].map((each) => each.close()))
    },
  }
}

function unavailable({ server, profile }: Launch) {
  return refusal({
    server,
    reason: 'backend_unavailable',
    why: `backend \`${profile.backend}\` does not start servers here`,
    fix: 'set `sandbox.backend: auto`',
  })
}
