import type { Launch, SandboxBackend, SandboxRunner } from '../../kernel/sandbox.ts'
import { masksOf } from '../profile/masks.ts'
import { containerRunner } from './container/container-runner.ts'
import type { BackendPlan } from './plan.ts'
import { seatbeltRunner } from './seatbelt/seatbelt-runner.ts'

/** What the runner of containers needs from outside. */
export interface EngineOptions {
  /** The whole environment of the engine's program. */
  readonly env: Readonly<Record<string, string>>
  /** The image of a server, with its digest. */
  readonly image: (server: string) => string | undefined
  /** Programs to try; absent: Docker, then Podman. */
  readonly engines?: readonly string[]
}

/** The backends that start servers besides bubblewrap. No proxy is there for them: lists are refused. */
export function otherRunners(
  engine: EngineOptions | undefined,
  uidOf: (server: string) => number,
): ReadonlyMap<SandboxBackend, SandboxRunner> {
  const plan = async (launch: Launch): Promise<BackendPlan> => {
    const { runAs } = launch.profile
    return {
      launch,
      image: engine?.image(launch.server),
      uid: typeof runAs === 'number' ? runAs : uidOf(launch.server),
      proxy: undefined,
      masks: await masksOf(launch.server, launch.profile),
    }
  }
  return new Map<SandboxBackend, SandboxRunner>([
    ['seatbelt', seatbeltRunner({ plan })],
    ...(engine === undefined ? [] : [['container', containerRunner({ ...engine, plan })] as const]),
  ])
}
