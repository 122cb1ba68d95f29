import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GatewayError } from '../../kernel/errors.ts'
import {
  type InForce,
  SANDBOX_REFUSALS,
  type SandboxProfile,
  type SandboxRefusal,
  type SandboxRunner,
} from '../../kernel/sandbox.ts'
import { refusal } from '../refusal.ts'
import { lookAround, type Machine, type World } from './machine.ts'
import { fitted, type Problem, problemsOf } from './problems.ts'
import { PROBES, type Probe, selfTest } from './self-test.ts'

export type { Machine } from './machine.ts'
export type { Problem } from './problems.ts'
export type { Probe } from './self-test.ts'

/** What was proven on this machine. */
export interface Preflight {
  /** Whether local servers may be started in a sandbox here. */
  readonly ok: boolean
  readonly machine: Machine
  /** Empty when it is ok. */
  readonly problems: readonly Problem[]
  readonly inForce: readonly InForce[]
  readonly probes: readonly Probe[]
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whether this start of the machine had proven it before. */
  readonly cached: boolean
}

export interface PreflightOptions {
  /** Starts the real chain. */
  readonly runner: SandboxRunner
  /** A profile with the defaults, without a network. */
  readonly profile: SandboxProfile
  readonly world: World
  /** Where results are kept: a folder that nobody else can write. */
  readonly dataDir: string
  /** Tells another release of this program. */
  readonly version: string
  readonly clock: () => number
}

interface Kept {
  readonly key: string
  readonly at: number
  readonly inForce: readonly InForce[]
  readonly probes: readonly Probe[]
}

/**
 * Proves what a sandbox holds back on this machine: looks at it, then runs a program in the real chain that
 * tries to get out. What held is kept until the machine starts anew, or the kernel, bubblewrap, the
 * user or this program changes; what did not is tried again each time. Never rejects.
 *
 * @param fresh not from what was kept.
 */
export async function preflight(
  options: PreflightOptions,
  { fresh }: { readonly fresh: boolean } = { fresh: false },
): Promise<Preflight> {
  const { world, clock } = options
  const machine = lookAround(world)
  const failed = (problems: readonly Problem[], more: Partial<Preflight> = {}): Preflight => ({
    ...{ ok: false, machine, problems, inForce: [], probes: [], at: clock(), cached: false },
    ...more,
  })
  const problems = problemsOf(machine)
  if (problems.length > 0) return failed(problems)
  const file = join(options.dataDir, 'sandbox', 'preflight.json')
  const key = keyOf(machine, options.version)
  const known = fresh ? undefined : readKept(file, key)
  if (known !== undefined) return { ok: true, machine, problems, cached: true, ...known }
  try {
    const { probes, inForce } = await selfTest(options.runner, options.profile)
    const at = clock()
    const broken = probes.filter(({ held }) => !held)
    if (broken.length > 0) return failed([brokenProblem(broken)], { probes, inForce, at })
    if (key !== undefined) keep(file, { key, at, inForce, probes })
    return { ok: true, machine, problems, inForce, probes, at, cached: false }
  } catch (error) {
    return failed([fitted(machine, problemIn(error))])
  }
}

/**
 * A runner that starts nothing before the machine has proven itself, once.
 *
 * @throws from `launch`, GatewayError `sandbox_unavailable` with the first problem.
 */
export function proven(runner: SandboxRunner, prove: () => Promise<Preflight>): SandboxRunner {
  let asked: Promise<Preflight> | undefined
  return {
    async launch(launch) {
      asked ??= prove()
      const { ok, problems } = await asked
      if (ok) return runner.launch(launch)
      // what was mended meanwhile counts at the next start
      asked = undefined
      const [{ reason, message, fix } = UNKNOWN] = problems
      throw refusal({ server: launch.server, reason, why: message, fix })
    },
    close: () => runner.close(),
  }
}

const UNKNOWN: Problem = {
  reason: 'self_test_failed',
  message: 'the sandbox could not be tested',
  fix: 'run `bailiwick sandbox check`',
}

function brokenProblem(broken: readonly Probe[]): Problem {
  const names = broken.map(({ name, got }) => `${name} (${got})`).join(', ')
  return {
    reason: 'self_test_failed',
    message: `the self-test got out of the sandbox: ${names}`,
    fix: 'run `bailiwick sandbox check --fresh`, and report what it says: on this machine the sandbox does not hold',
  }
}

function problemIn(error: unknown): Problem {
  if (!(error instanceof GatewayError))
    return {
      reason: 'self_test_failed',
      message: error instanceof Error ? error.message : String(error),
      fix: UNKNOWN.fix,
    }
  const { reason, fix } = error.data ?? {}
  return {
    reason:
      SANDBOX_REFUSALS.find((one) => one === reason) ?? ('launch_failed' satisfies SandboxRefusal),
    message: error.detail === undefined ? error.message : `${error.message}: ${error.detail}`,
    fix: typeof fix === 'string' ? fix : UNKNOWN.fix,
  }
}

/** Undefined where a start of the machine cannot be told from another: nothing is kept then. */
function keyOf(machine: Machine, version: string): string | undefined {
  const { boot, kernel, bwrap, isRoot, sysctls } = machine
  if (boot === undefined) return undefined
  const user = process.getuid?.()
  const parts = [boot, kernel, bwrap?.path, bwrap?.stamp, isRoot, user, sysctls, version]
  return createHash('sha256')
    .update(JSON.stringify([...parts, process.version]))
    .digest('hex')
}

function readKept(file: string, key: string | undefined): Omit<Kept, 'key'> | undefined {
  try {
    const { key: known, at, inForce, probes }: Kept = JSON.parse(readFileSync(file, 'utf8'))
    const whole = known === key && Array.isArray(inForce) && inForce.length > 0
    const all = probes.length === PROBES && probes.every(({ held }) => held)
    return whole && all ? { at, inForce, probes } : undefined
  } catch {
    return undefined
  }
}

function keep(file: string, kept: Kept): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    // it is proven again at the next start
  }
}
