import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Launch, SandboxProfile } from '../src/kernel/sandbox.ts'
import { closeInheritedDescriptors } from '../src/sandbox/limits/inherited.ts'
import { createSandbox } from '../src/sandbox/sandbox.ts'
import { bareProfile } from '../src/sandbox/testing/profile.ts'

/** Milliseconds from the start of a local server to its first answer, medians, and what a call takes then. */
export interface LaunchCost {
  /** Who the gateway is. */
  readonly as: 'root' | 'not root'
  readonly plain: number
  readonly none: number
  readonly allowlist: number
  /** Milliseconds of one call, p50. */
  readonly call: { readonly plain: number; readonly none: number; readonly allowlist: number }
}

type How = 'plain' | 'none' | 'allowlist'
const HOWS: readonly How[] = ['plain', 'none', 'allowlist']
const STARTS = 20
const CALLS = 200
const NOBODY = 65_002
const MIB = 2 ** 20

/** Answers each line with itself: what a server does before and after is its own. */
const ECHO = "process.stdin.on('data', (line) => process.stdout.write(line))"
const COMMAND = [process.execPath, '-e', ECHO]

/** Measures in a process of its own, as this user, and for root as somebody else too. */
export async function launchCosts(): Promise<readonly LaunchCost[]> {
  const isRoot = process.getuid?.() === 0
  const costs = [await measureAs(undefined)]
  if (isRoot) costs.push(await measureAs(NOBODY))
  return costs
}

async function measureAs(uid: number | undefined): Promise<LaunchCost> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', import.meta.filename],
    {
      ...(uid === undefined ? {} : { uid, gid: uid }),
      cwd: '/',
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return JSON.parse(await text(child.stdout)) as LaunchCost
}

function profileOf(how: Exclude<How, 'plain'>): SandboxProfile {
  const bare = bareProfile()
  const runtime = dirname(process.execPath)
  return {
    ...bare,
    fs: { ...bare.fs, ro: [{ from: runtime, to: runtime, optional: false }] },
    network: {
      mode: how,
      allow:
        how === 'none'
          ? []
          : [{ host: 'example.test', ports: [443], proto: 'tls', allowPrivate: false }],
    },
    limits: { ...bare.limits, memory: 1024 * MIB },
  }
}

async function measure(): Promise<LaunchCost> {
  closeInheritedDescriptors()
  const sandbox = createSandbox({ watch: { denied: () => {}, used: () => {} } })
  const start = async (how: How): Promise<ChildProcessWithoutNullStreams> => {
    if (how === 'plain') {
      const [program, ...args] = COMMAND
      return spawn(program ?? '', args, { cwd: '/', env: {}, detached: true })
    }
    const launch: Launch = {
      ...{ server: 'bench', profile: profileOf(how), command: COMMAND, env: {}, cwd: undefined },
    }
    return (await sandbox.launch(launch)).child
  }
  const first: Record<How, number[]> = { plain: [], none: [], allowlist: [] }
  const calls: Record<How, number[]> = { plain: [], none: [], allowlist: [] }
  for (let round = -1; round < STARTS; round += 1) {
    for (const how of HOWS) {
      const began = performance.now()
      const child = await start(how)
      await answer(child)
      // the first of each kind finds out about the machine
      if (round >= 0) first[how].push(performance.now() - began)
      if (round === STARTS - 1) calls[how] = await callsOf(child)
      child.stdin.end()
      await once(child, 'close')
    }
  }
  await sandbox.close()
  const of = (values: Record<How, number[]>) => ({
    plain: median(values.plain),
    none: median(values.none),
    allowlist: median(values.allowlist),
  })
  return { as: process.getuid?.() === 0 ? 'root' : 'not root', ...of(first), call: of(calls) }
}

async function answer(child: ChildProcessWithoutNullStreams): Promise<void> {
  child.stderr.resume()
  child.stdin.write('hello\n')
  await once(child.stdout, 'data')
}

async function callsOf(child: ChildProcessWithoutNullStreams): Promise<number[]> {
  const times: number[] = []
  for (let call = 0; call < CALLS; call += 1) {
    const began = performance.now()
    await answer(child)
    times.push(performance.now() - began)
  }
  return times
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

if (import.meta.main) console.log(JSON.stringify(await measure()))
