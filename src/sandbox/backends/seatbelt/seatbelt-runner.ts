import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contained, Launch, SandboxRunner } from '../../../kernel/sandbox.ts'
import { refusal } from '../../refusal.ts'
import { type BackendPlan, plain, proxyVariables, refuse } from '../plan.ts'
import { seatbeltInForce, seatbeltProfile } from './seatbelt-profile.ts'

const SANDBOX_EXEC = '/usr/bin/sandbox-exec'

/** Sets limits that its successor inherits; the values come as arguments, so none is read as a command. */
const LIMITS = `ulimit -c 0 && ulimit -n "$1" && ulimit -f "$2" || exit 126
shift 2
exec "$@"`
const BLOCK = 512

export interface SeatbeltOptions {
  readonly plan: (launch: Launch) => Promise<BackendPlan>
  /** Where the program is; absent: where macOS has it. */
  readonly program?: string
}

/** What is started for a server: the limits, then the profile, then its own command. */
export function seatbeltCommand(
  { launch: { profile, command, server } }: BackendPlan,
  text: string,
  program: string = SANDBOX_EXEC,
): readonly string[] {
  const { files, fileSize } = profile.limits
  const [first] = command
  if (first === undefined) throw refuse(server, 'it has no program to run', 'set `command`')
  plain(server, 'its program', first)
  const numbers = [files, Math.max(1, Math.floor(fileSize / BLOCK))].map(String)
  return ['/bin/sh', '-c', LIMITS, 'limits', ...numbers, program, '-p', text, '--', ...command]
}

/** Runs servers under seatbelt, which only macOS has. */
export function seatbeltRunner(options: SeatbeltOptions): SandboxRunner {
  const program = options.program ?? SANDBOX_EXEC
  return {
    async launch(launch): Promise<Contained> {
      if (!existsSync(program)) {
        const fix = 'set `sandbox.backend: auto`, or run on macOS'
        throw refuse(launch.server, 'this machine has no seatbelt', fix)
      }
      const plan = await options.plan(launch)
      // Rules are about real paths, and the folder for temporary files is a link on macOS.
      const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'bailiwick-')))
      const forget = () => rmSync(temporary, { recursive: true, force: true })
      try {
        const [first = '', ...rest] = seatbeltCommand(
          plan,
          seatbeltProfile(plan, temporary),
          program,
        )
        const child = spawn(first, rest, {
          env: environmentOf(plan, temporary),
          cwd: launch.cwd ?? temporary,
          detached: true,
          stdio: 'pipe',
        })
        await once(child, 'spawn')
        child.once('exit', () => {
          endGroup(child.pid)
          forget()
        })
        return { child, backend: 'seatbelt', inForce: seatbeltInForce(plan) }
      } catch (cause) {
        forget()
        throw cause instanceof Error && 'code' in cause && cause.code === 'sandbox_unavailable'
          ? cause
          : refusal({
              ...{ server: launch.server, reason: 'launch_failed', why: 'it did not start', cause },
              fix: 'see the log of the gateway',
            })
      }
    },
    close: () => Promise.resolve(),
  }
}

function environmentOf({ launch, proxy }: BackendPlan, temporary: string): Record<string, string> {
  const through = launch.profile.network.mode === 'allowlist' && proxy !== undefined
  return {
    ...{ PATH: '/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin', LANG: 'en_US.UTF-8' },
    ...{ HOME: temporary, TMPDIR: temporary },
    ...(through ? proxyVariables(proxy) : {}),
    ...launch.env,
  }
}

/** What it left behind, as far as it stayed in its group. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // nobody is left
  }
}
