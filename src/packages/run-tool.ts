import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { EgressRule, SandboxMount, SandboxProfile, SandboxRunner } from '../kernel/sandbox.ts'

/** Bytes that are kept of what a tool says: the end, where errors stand. */
const KEPT = 64 * 1024
const MIB = 1 << 20

/** One run of a tool that installs, confined to its one folder and to the hosts of a registry. */
export interface ToolRun {
  /** The server it is for: denials are told in its name. */
  readonly server: string
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The only folder that it may write. */
  readonly folder: string
  /** Below `folder`. */
  readonly cwd: string
  /** Files and folders that the tool is made of, or needs. */
  readonly reads: readonly string[]
  /** Empty: no network at all. */
  readonly hosts: readonly EgressRule[]
  /** Milliseconds. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

/** How tools are run on this machine. */
export interface ToolBench {
  readonly sandbox: SandboxRunner
  /** Whether the operator lets programs run where nothing confines them. */
  readonly unsandboxed: boolean
  /** Host uid that tools run as; `auto` when this process is not root. */
  readonly runAs: 'auto' | number
}

/** A tool that did not do what it was asked for. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  /** The end of what it said. */
  readonly said: string

  constructor(message: string, said: string) {
    super(message)
    this.said = said
  }
}

/**
 * Runs a tool in a sandbox, to its end.
 *
 * @returns the end of what it wrote to standard output.
 * @throws {ToolFailure} when it fails or takes too long; GatewayError `sandbox_unavailable` when it cannot
 *   be confined: it does not run then.
 */
export async function runTool(bench: ToolBench, run: ToolRun): Promise<string> {
  run.signal?.throwIfAborted()
  const { server, command, env, cwd } = run
  const profile = profileOf(bench, run)
  const { child } = await bench.sandbox.launch({ server, profile, command, env, cwd })
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  let stopped: string | undefined
  const stop = (why: string) => {
    stopped ??= why
    child.kill('SIGKILL')
  }
  const timer = setTimeout(() => stop('took too long'), run.timeout)
  const abort = () => stop('was stopped')
  run.signal?.addEventListener('abort', abort)
  try {
    child.stdin.on('error', () => {})
    child.stdin.end()
    const [out, said] = [tailOf(child.stdout), tailOf(child.stderr)]
    const [code, signal] = await ended
    if (code === 0 && stopped === undefined) return out()
    const how = stopped ?? (code === null ? `ended by ${signal}` : `ended with ${code}`)
    throw new ToolFailure(`it ${how}`, said() === '' ? out() : said())
  } finally {
    clearTimeout(timer)
    run.signal?.removeEventListener('abort', abort)
  }
}

/** The end of a stream. What is thrown away is read all the same, so that its writer never waits. */
function tailOf(stream: Readable): () => string {
  let kept: Buffer = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    kept = chunk.length >= KEPT ? chunk : Buffer.concat([kept, chunk])
    if (kept.length > KEPT) kept = Buffer.from(kept.subarray(kept.length - KEPT))
  })
  stream.on('error', () => {})
  return () => kept.toString('utf8').trim()
}

/** Nothing of the operator's: no home, no variables, no folder besides the one that is installed into. */
function profileOf({ unsandboxed, runAs }: ToolBench, run: ToolRun): SandboxProfile {
  return {
    backend: 'auto',
    required: !unsandboxed,
    runAs,
    allowRoot: false,
    fs: {
      base: 'system',
      ro: run.reads.map((path): SandboxMount => ({ from: path, to: path, optional: false })),
      rw: [{ from: run.folder, to: run.folder, optional: false }],
      protect: [],
      hide: [],
      home: 64 * MIB,
      tmp: 512 * MIB,
      shm: 16 * MIB,
      state: undefined,
    },
    network: { mode: run.hosts.length === 0 ? 'none' : 'allowlist', allow: run.hosts },
    env: { pass: [] },
    syscalls: { unixSockets: 'deny', extraDeny: [], allow: [] },
    limits: {
      memory: 2048 * MIB,
      pids: 256,
      cpu: 2,
      cpuSeconds: undefined,
      files: 4_096,
      fileSize: 1024 * MIB,
    },
    report: { level: 'deny', learn: false },
  }
}
