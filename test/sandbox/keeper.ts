import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EgressRule, SandboxProfile } from '../../src/kernel/sandbox.ts'
import { closeInheritedDescriptors } from '../../src/sandbox/limits/inherited.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import type { Job } from './probes/job.ts'

/** What the keeper is to do. */
export interface Keep {
  readonly job: Job
  readonly mode: 'none' | 'allowlist'
  /** Another bubblewrap than the machine's. */
  readonly bwrap?: string
  /** What is different in the profile, where a test looks at what it holds back. */
  readonly profile?: {
    readonly fs?: Partial<SandboxProfile['fs']>
    readonly network?: SandboxProfile['network']
    readonly runAs?: SandboxProfile['runAs']
    readonly allowRoot?: boolean
  }
  /** Whether what it inherited stays open. */
  readonly inherits?: boolean
}

// A gateway cut down to what starts servers, in a process of its own so that it may be root or not. Starts
// the hostile server, hands lines through in both directions, and tells in the same form what it saw itself.
const {
  job,
  mode,
  bwrap,
  profile = {},
  inherits = false,
}: Keep = JSON.parse(String(process.argv[2]))
const MIB = 2 ** 20
if (!inherits) closeInheritedDescriptors()
const { egress } = job

/** Where names lead: those of the listed and of the other host to this machine, as does one that should not. */
const ADDRESSES: Readonly<Record<string, string>> = {
  [egress.allowed]: '127.0.0.1',
  [egress.denied]: '127.0.0.1',
  [`below.${egress.allowed}`]: '127.0.0.1',
  [egress.rebound]: '127.0.0.1',
  [egress.metadata]: '169.254.169.254',
}

function tell(name: string, what: string): void {
  process.stdout.write(`${JSON.stringify([name, what])}\n`)
}

function mount(path: string) {
  return { from: path, to: path, optional: false }
}

function rule(host: string, port: number, more: Partial<EgressRule> = {}): EgressRule {
  return { host, ports: [port], proto: 'tls', allowPrivate: true, ...more }
}

function profileOf(allow: readonly EgressRule[]): SandboxProfile {
  const runtime = dirname(process.execPath)
  return {
    ...{ backend: 'bwrap', required: true, runAs: 'auto', allowRoot: false },
    fs: {
      base: 'system',
      ro: [mount(job.code), mount(runtime)],
      rw: [mount(job.workspace)],
      protect: ['.git/hooks', '.git/config', '.vscode'],
      hide: ['.env*', '*.pem'],
      ...{ home: 16 * MIB, tmp: 16 * MIB, shm: 16 * MIB, state: undefined },
    },
    network: { mode, allow: mode === 'none' ? [] : allow },
    env: { pass: [] },
    syscalls: { unixSockets: 'deny', extraDeny: [], allow: [] },
    limits: {
      ...{ memory: 768 * MIB, pids: 64, cpu: 1, cpuSeconds: 2, files: 512, fileSize: 32 * MIB },
    },
    report: { level: 'deny', learn: false },
  }
}

/** With what a test changes. */
function changed(plain: SandboxProfile): SandboxProfile {
  return { ...plain, ...profile, fs: { ...plain.fs, ...profile.fs } }
}

const sandbox = createSandbox({
  watch: {
    denied: ({ layer, op, target, reason }) =>
      tell('keeper.denied', `${layer} ${op} ${target} ${reason}`),
    used: ({ layer, host }) => tell('keeper.used', `${layer} ${host}`),
  },
  resolve: async (host) => {
    const address = ADDRESSES[host]
    return address === undefined ? [] : [address]
  },
  ...(bwrap === undefined ? {} : { bwrap }),
})

const own = profileOf([
  rule(egress.allowed, egress.tls),
  rule(egress.allowed, egress.http, { proto: 'http' }),
  rule(egress.rebound, egress.tls, { allowPrivate: false }),
  rule(egress.metadata, egress.tls),
])
// Another server, at the same time, that may reach what the hostile one may not.
const other = profileOf([rule(egress.denied, egress.tls), rule(egress.denied, egress.http)])
try {
  const beside = await sandbox.launch({
    ...{ server: 'other', profile: other, env: {}, cwd: undefined },
    command: ['/usr/bin/sleep', '60'],
  })
  const { child, inForce } = await sandbox.launch({
    ...{
      server: 'hostile',
      profile: changed(own),
      env: { TOKEN: String(process.env['SERVER_TOKEN']) },
      cwd: undefined,
    },
    command: [process.execPath, join(job.code, 'hostile.ts'), JSON.stringify(job)],
  })
  tell('keeper.child', String(child.pid))
  for (const { control, strength, by } of inForce)
    tell('keeper.force', `${control} ${strength} ${by}`)
  child.stdout.pipe(process.stdout, { end: false })
  child.stderr.pipe(process.stderr)
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => child.stdin.write(`${line}\n`))
  lines.on('close', () => child.stdin.end())
  child.on('exit', (code, signal) => {
    tell('keeper.exit', String(code ?? signal))
    beside.child.kill('SIGKILL')
    void sandbox.close().then(() => process.exit(0))
  })
} catch (error) {
  tell(
    'keeper.failed',
    `${error} ${JSON.stringify((error as { data?: unknown }).data)} ${(error as Error).cause}`,
  )
  process.exit(1)
}
