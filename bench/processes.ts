import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { issueToken } from '../src/cli/operator/issue-token.ts'

const root = join(import.meta.dirname, '..')

/** A process under measurement. */
export interface Process {
  readonly port: number
  readonly child: ChildProcess
  stop(): void
}

/** Starts one of the small servers beside this file; it prints its port. */
export async function startScript(file: string, env: Record<string, string>): Promise<Process> {
  const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await firstLine(child)
  const { port } = JSON.parse(line) as { port: number }
  return { port, child, stop: () => void child.kill('SIGKILL') }
}

/** A running gateway, as users run it: `bailiwick up` with a configuration file. */
export interface RunningGateway extends Process {
  /** A token of the owner for a path, good for an hour. */
  readonly token: (path: string) => Promise<string>
  /** Milliseconds from the start of the process to its first answer. */
  readonly startup: number
  readonly issuer: string
  readonly dataDir: string
}

export interface GatewaySetup {
  readonly upstream: number | undefined
  /** Policies beside `balanced` that have nothing to do with the tool under test. */
  readonly extraPolicies?: number
}

export async function startGateway(setup: GatewaySetup): Promise<RunningGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const policies = join(dir, 'policies')
  writePolicies(policies, setup.extraPolicies ?? 0)
  const config = join(dir, 'bailiwick.yaml')
  const servers =
    setup.upstream === undefined
      ? 'servers: {}'
      : `servers:\n  bench:\n    transport: http\n    url: http://127.0.0.1:${setup.upstream}/mcp\n    revision: '2026-07-28'`
  writeFileSync(
    config,
    `listen:\n  port: 0\npolicies:\n  - balanced\n  - ${policies}\n${servers}\n`,
  )
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'src/cli/main.ts'),
      'up',
      '--config',
      config,
      '--data-dir',
      join(dir, 'data'),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const run = await runFile(join(dir, 'data', 'run.json'), child)
  const startup = performance.now() - started
  const token = async (path: string): Promise<string> => {
    const asked = { subject: 'user:owner', path, origin: run.url, scopes: ['execute'] }
    return (await issueToken(join(dir, 'data'), { ...asked, lifetime: 3_600_000 })).token
  }
  return {
    port: Number(new URL(run.url).port),
    child,
    token,
    startup,
    issuer: run.issuer,
    dataDir: join(dir, 'data'),
    stop() {
      child.kill('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** CPU time of a process so far, in microseconds. */
export function cpuOf({ child }: Process): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** Resident memory of a process, in bytes. */
export function memoryOf({ child }: Process): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024
}

function writePolicies(dir: string, count: number): void {
  const policies = Array.from(
    { length: count },
    (_, index) =>
      `@id("unrelated-${index}")\npermit(principal, action == Action::"call", resource == Tool::"other:tool_${index}") when { context.args.to like "*@example.com" };\n`,
  )
  writeFileSync(ensured(dir), policies.join('\n'))
}

function ensured(dir: string): string {
  mkdirSync(dir, { recursive: true })
  return join(dir, 'extra.cedar')
}

async function firstLine(child: ChildProcess): Promise<readonly [string]> {
  if (!child.stdout) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) return [line]
  throw new Error('the process ended before it listened')
}

/** Where the gateway listens, and under which name. */
interface Run {
  readonly url: string
  readonly issuer: string
}

/** The file is there as soon as the gateway claims its folder, the address once it listens. */
async function runFile(path: string, child: ChildProcess): Promise<Run> {
  for (let tries = 0; tries < 2_000 && child.exitCode === null; tries += 1) {
    const run = existsSync(path) ? readRun(path) : undefined
    if (run?.url !== undefined) return run
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error('the gateway did not start')
}

function readRun(path: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Run
  } catch {
    // Half written.
    return undefined
  }
}
