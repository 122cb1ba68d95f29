import { sandbox as sandboxSchema } from '../../config/sandbox-schema.ts'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import { thisWorld } from '../../sandbox/preflight/machine.ts'
import { type Preflight, preflight } from '../../sandbox/preflight/preflight.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import type { Context } from '../context.ts'
import { packageVersion } from '../version.ts'

/** A profile of a server whose operator said nothing, without its code. */
export function defaultProfile(): SandboxProfile {
  const { fs, limits, ...rest } = sandboxSchema.parse({})
  return {
    ...rest,
    network: { ...rest.network, allow: [] },
    fs: { ...fs, ro: [], rw: [], state: undefined },
    limits: { ...limits, cpuSeconds: limits.cpuSeconds },
  }
}

/** Proves what a sandbox holds on this machine. See `preflight`. */
export async function prove(
  { env }: Pick<Context, 'env'>,
  dataDir: string,
  options: { readonly fresh: boolean } = { fresh: false },
): Promise<Preflight> {
  const sandbox = createSandbox({ watch: { denied() {}, used() {} }, servers: ['self-test'] })
  try {
    return await preflight(
      {
        runner: sandbox,
        profile: defaultProfile(),
        world: thisWorld(env),
        dataDir,
        version: packageVersion(),
        clock: Date.now,
      },
      options,
    )
  } finally {
    await sandbox.close()
  }
}
