import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { upstreamFailure } from './failure.ts'

/** The process of a stdio server, as its operator wants it started. No shell sees any of it. */
export interface ServerLaunch {
  readonly server: string
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment: nothing of this process's own is added. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
}

/**
 * Starts a process whose three streams are pipes, first of its own process group. Resolves once it runs;
 * whoever takes it over does so in the same turn, so that no event of it is missed.
 *
 * @throws GatewayError of family `upstream` when it cannot, or must not, be started.
 */
export type LaunchServer = (launch: ServerLaunch) => Promise<ChildProcessWithoutNullStreams>

/** Starts it as it is, with everything that this process may do. */
export const launchPlain: LaunchServer = async ({ server, command, args, env, cwd }) => {
  try {
    const child = spawn(command, [...args], {
      cwd,
      env,
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: 'pipe',
    })
    await once(child, 'spawn')
    return child
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw upstreamFailure('upstream_failed', server, `the process did not start: ${why}`, error)
  }
}
