import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type {
  Contained,
  InForce,
  SandboxControl,
  SandboxProfile,
  SandboxRunner,
} from '../../kernel/sandbox.ts'
import { innermost, isAlive, isRootOn, treeOf } from './host-processes.ts'

/** Milliseconds for the whole test, and for a killed tree to be gone. */
const TIMEOUT = 20_000
const GONE = 3_000
const MAX_ANSWER = 64 * 1_024

const MIB = 2 ** 20
const LIMITS = { pids: 48, cpu: 1, files: 128, fileSize: 2 * MIB } as const

/** What the sandbox gives every process, and what shells add. */
const OWN_ENV = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'PWD', 'OLDPWD', 'SHLVL', '_', 'PROBE']

/** What came of one attempt to get past a control. */
export interface Probe {
  readonly name: string
  readonly control: SandboxControl
  readonly held: boolean
  /** `refused: ENOENT`, `got in`, `untried`, … */
  readonly got: string
}

/** The control that each attempt of `probe.mjs`, or of this file, tries. */
const TRIES: Readonly<Record<string, SandboxControl>> = {
  marker: 'files',
  shadow: 'files',
  home: 'files',
  'write-usr': 'files',
  'write-root': 'files',
  descriptors: 'files',
  'core-pattern': 'identity',
  'host-user': 'identity',
  loopback: 'network',
  interfaces: 'network',
  'unix-socket': 'syscalls',
  vsock: 'syscalls',
  'user-namespace': 'syscalls',
  seccomp: 'syscalls',
  privileges: 'syscalls',
  capabilities: 'syscalls',
  'host-process': 'processes',
  processes: 'processes',
  fork: 'processes',
  'open-files': 'open-files',
  'file-size': 'file-size',
  environment: 'environment',
  tree: 'lifetime',
}

/** How many there are. */
export const PROBES = Object.keys(TRIES).length

/** What may be untried, because the machine has no program to try it with. */
const MAY_LACK: ReadonlySet<string> = new Set(['vsock', 'user-namespace'])

/** What a self-test came to. */
export interface Tested {
  readonly probes: readonly Probe[]
  /** What the runner says holds, less what a probe got past. */
  readonly inForce: readonly InForce[]
}

/**
 * Starts a program in a sandbox that tries to get out of it, and looks from outside what became of it.
 *
 * @throws as `SandboxRunner.launch`; Error when the program does not answer.
 */
export async function selfTest(runner: SandboxRunner, profile: SandboxProfile): Promise<Tested> {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-probe-'))
  // a listener of this machine: whoever connects has left the network of the sandbox
  let visitors = 0
  const server = createServer((socket) => {
    visitors += 1
    socket.destroy()
  })
  try {
    const marker = join(folder, 'marker')
    writeFileSync(marker, 'not for the sandbox\n', { mode: 0o644 })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const wish = { marker, port, home: foreignHome(), pid: process.pid, env: OWN_ENV, ...LIMITS }
    const contained = await runner.launch(launchOf(profile, wish))
    const answer = await answerOf(contained)
    const outside = await fromOutside(contained)
    if (visitors > 0) answer['loopback'] = 'got in'
    return tested({ ...answer, ...outside }, contained.inForce)
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A home that no sandbox shows. That of a system user may be a folder that every sandbox has. */
function foreignHome(): string {
  try {
    const home = homedir()
    return /^\/(?:home|root)(?:\/|$)/.test(home) ? home : '/root'
  } catch {
    // nobody knows who we are
    return '/root'
  }
}

/** Its code comes in an argument, so that nothing has to be mounted but the program that runs it. */
function launchOf(profile: SandboxProfile, wish: object) {
  const code = readFileSync(join(import.meta.dirname, 'probe.mjs'), 'utf8')
  const first = 'ls /proc/$$/fd; exec "$0" --input-type=module -e "$@"'
  const node = process.execPath
  return {
    server: 'self-test',
    profile: {
      ...profile,
      fs: {
        ...profile.fs,
        ro: [...profile.fs.ro, { from: node, to: node, optional: false }],
      },
      limits: { ...profile.limits, ...LIMITS },
    },
    command: ['/bin/sh', '-c', first, node, code, JSON.stringify(wish)],
    env: { PROBE: '1' },
    cwd: undefined,
  }
}

/** The descriptors that the first program of the sandbox had, then one line of JSON. */
async function answerOf({ child }: Contained): Promise<Record<string, string>> {
  const said: string[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < MAX_ANSWER) stderr += text
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{')) return { ...parsed(line), ...descriptors(said) }
      if (said.push(line) > 1_000) break
    }
  } finally {
    clearTimeout(timer)
  }
  child.kill('SIGKILL')
  throw new Error(`the self-test gave no answer: ${stderr.trim().slice(0, 500)}`)
}

function parsed(line: string): Record<string, string> {
  const value: unknown = JSON.parse(line.slice(0, MAX_ANSWER))
  const words = Object.entries(value ?? {}).map(([name, got]) => [name, String(got).slice(0, 200)])
  return Object.fromEntries(words)
}

function descriptors(said: readonly string[]): Record<string, string> {
  const more = said.filter((name) => !['0', '1', '2'].includes(name))
  const none = said.length === 3 && more.length === 0
  return { descriptors: none ? 'refused: none' : `got in: ${more.join(' ')}` }
}

/** What only this machine can tell: who the processes really are, and that they go with the first. */
async function fromOutside({ child }: Contained): Promise<Record<string, string>> {
  const { pid } = child
  const tree = pid === undefined ? [] : treeOf(pid)
  const inside = innermost(tree)
  const root = inside.filter(isRootOn)
  child.kill('SIGKILL')
  const end = Date.now() + GONE
  while (tree.some(isAlive) && Date.now() < end) await new Promise((go) => setTimeout(go, 20))
  const left = tree.filter(isAlive)
  const seen = inside.length > 1
  return {
    'host-user':
      seen && root.length === 0 ? 'refused: root' : `got in: ${root.length} of ${inside.length}`,
    tree: seen && left.length === 0 ? 'refused: ended' : `got in: ${left.length} of ${tree.length}`,
  }
}

function tested(answer: Readonly<Record<string, string>>, claims: readonly InForce[]): Tested {
  const probes = Object.entries(TRIES).map(([name, control]) => {
    const got = answer[name] ?? 'no answer'
    const held = got.startsWith('refused') || (got === 'untried' && MAY_LACK.has(name))
    return { name, control, held, got }
  })
  const inForce = claims.map((claim): InForce => {
    const broken = probes.filter(({ control, held }) => control === claim.control && !held)
    if (broken.length === 0) return claim
    const names = broken.map(({ name, got }) => `${name} (${got})`).join(', ')
    return { ...claim, strength: 'none', fix: `the self-test got past it: ${names}` }
  })
  return { probes, inForce }
}
