import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Contained, Launch, SandboxRunner } from '../../../kernel/sandbox.ts'
import { refusal } from '../../refusal.ts'
import { syscallFault } from '../../seccomp/seccomp.ts'
import { SECCOMP_ARCHES } from '../../seccomp/syscalls.ts'
import { type BackendPlan, labelOf, refuse } from '../plan.ts'
import {
  containerArguments,
  containerInForce,
  imageOf,
  variablesFile,
} from './container-arguments.ts'
import { engineSeccomp } from './engine-seccomp.ts'

const run = promisify(execFile)

const TIMEOUT = 15_000
const LOOKS = 150
const LOOK_WAIT = 200
const ENGINE_FAILED = 125
const IN_MEMORY = '/dev/shm'
const FIX = 'install Docker or Podman and let this user use it, or set `sandbox.backend: auto`'

export interface ContainerOptions {
  /** Programs to try, in order. */
  readonly engines?: readonly string[]
  /** The whole environment of the engine's program: where it finds its settings. Nothing of a server's. */
  readonly env: Readonly<Record<string, string>>
  /** What is not in a profile. */
  readonly plan: (launch: Launch) => Promise<BackendPlan>
}

/** Runs servers in containers of Docker or Podman. The engine is asked at each start; nothing is pulled. */
export function containerRunner(options: ContainerOptions): SandboxRunner {
  const running = new Map<string, string>()
  const call = (engine: string, args: readonly string[]) =>
    run(engine, [...args], { env: options.env, timeout: TIMEOUT })

  async function engineFor(server: string): Promise<string> {
    for (const engine of options.engines ?? ['docker', 'podman']) {
      const there = await call(engine, ['info']).then(
        () => true,
        () => false,
      )
      if (there) return engine
    }
    throw refuse(server, 'no container engine answers', FIX)
  }

  async function end(name: string): Promise<void> {
    const engine = running.get(name)
    if (engine === undefined) return
    running.delete(name)
    // It is gone already when the server ended by itself.
    await call(engine, ['kill', name]).catch(() => undefined)
  }

  return {
    async launch(launch): Promise<Contained> {
      const plan = await options.plan(launch)
      const image = imageOf(plan)
      const engine = await engineFor(launch.server)
      await call(engine, ['image', 'inspect', image]).catch((cause: unknown) => {
        const why = `image \`${image}\` is not on this machine`
        const fix = `run \`${engine} pull ${image}\``
        throw refusal({ server: launch.server, reason: 'backend_unavailable', why, fix, cause })
      })
      const name = `${labelOf(launch.server)}-${randomBytes(6).toString('hex')}`
      const child = await start(engine, plan, name, options.env)
      running.set(name, engine)
      // The end of the engine's program is not the end of the container.
      child.once('exit', () => void end(name))
      return { child, backend: 'container', inForce: containerInForce(launch.profile) }
    },
    async close() {
      await Promise.all([...running.keys()].map(end))
    },
  }
}

async function start(
  engine: string,
  plan: BackendPlan,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcessWithoutNullStreams> {
  const { server } = plan.launch
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'bailiwick-'))
  try {
    const files = { seccomp: join(folder, 'seccomp'), variables: join(folder, 'variables') }
    const args = containerArguments(plan, name, files)
    writeFileSync(files.seccomp, filterText(plan), { mode: 0o600 })
    writeFileSync(files.variables, variablesFile(plan), { mode: 0o600 })
    const child = spawn(engine, args, { env, cwd: '/', stdio: 'pipe', detached: true })
    await once(child, 'spawn')
    const isUp = () =>
      run(engine, ['inspect', '--format={{.State.Running}}', name], { env, timeout: TIMEOUT }).then(
        ({ stdout }) => stdout.trim() === 'true',
        () => false,
      )
    await untilUp(child, server, isUp)
    return child
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    const why = 'the container engine did not start'
    throw refusal({ server, reason: 'launch_failed', why, fix: FIX, cause })
  } finally {
    // The engine has read them, or never will.
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Resolves when the container runs, or has run: what the engine itself fails with is its exit code 125. */
async function untilUp(
  child: ChildProcessWithoutNullStreams,
  server: string,
  isUp: () => Promise<boolean>,
): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (child.exitCode === ENGINE_FAILED) break
    if (child.exitCode !== null || child.signalCode !== null || (await isUp())) return
    await wait(LOOK_WAIT)
  }
  child.kill('SIGKILL')
  const why = 'the container engine did not start it'
  throw refusal({ server, reason: 'launch_failed', why, fix: FIX })
}

/**
 * The filter that an engine reads for a server on this machine.
 *
 * @throws GatewayError `sandbox_unavailable` for a machine without a table, and for names nobody knows.
 */
export function filterText({ launch: { server, profile } }: BackendPlan): string {
  const fault = syscallFault(profile.syscalls)
  if (fault !== undefined) {
    const fix = 'correct the name in `sandbox.syscalls`'
    throw refusal({ server, reason: 'syscall_refused', why: fault, fix })
  }
  const arch = SECCOMP_ARCHES.find((known) => known === process.arch)
  if (arch === undefined) throw refuse(server, 'there is no filter for this machine', FIX)
  return `${JSON.stringify(engineSeccomp(arch, profile.syscalls), undefined, 2)}\n`
}
