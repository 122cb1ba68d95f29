import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decisionCosts, decisionGrowth } from './decisions.ts'
import { egressRates } from './egress.ts'
import { flowCosts, flowGrowth } from './flow.ts'
import { identityCosts } from './identity.ts'
import { closedLoop, type Measured, median, openLoop, type Shot, shot } from './load.ts'
import { cpuOf, memoryOf, type Process, startGateway, startScript } from './processes.ts'
import { type Growth, type Report, report } from './report.ts'
import { launchCosts } from './sandbox.ts'
import { searchTimes } from './search.ts'
import { stageCosts } from './stages.ts'
import { openStreams } from './streams.ts'
import { argumentsOf, ENVELOPE } from './subject.ts'
import { vaultRates } from './vault.ts'

/**
 * Measures the gateway against the same upstream without it and behind a plain pass-through, all in
 * one run on one machine: only the ratios mean anything elsewhere. Renews
 * docs/reference/performance.md, but with `--quick`, which takes a fifth of the time.
 */
const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 3 : 5
const SECONDS = quick ? 1 : 3

const KIB = 1_024
const SIZES = { '1 KiB': KIB, '64 KiB': 64 * KIB, '1 MiB': KIB * KIB }

function call(port: number, path: string, token: string, size: number): Shot {
  const params = {
    name: 'read_note',
    arguments: argumentsOf(size),
    _meta: ENVELOPE,
  }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  return shot(port, path, { ...headers('tools/call', token), 'mcp-name': 'read_note' }, body)
}

function list(port: number, token: string): Shot {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
    params: { _meta: ENVELOPE },
  })
  return shot(port, '/mcp/bench', headers('tools/list', token), body)
}

function headers(method: string, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
  }
}

interface Target {
  readonly name: 'direct' | 'pass-through' | 'bailiwick'
  readonly process: Process
  readonly shot: (size: number) => Shot
}

async function rounds(
  targets: readonly Target[],
  measure: (target: Target) => Promise<number>,
): Promise<Record<string, number>> {
  const seen: Record<string, number[]> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) {
      const values = seen[target.name] ?? []
      seen[target.name] = values
      values.push(await measure(target))
    }
  }
  return Object.fromEntries(Object.entries(seen).map(([name, values]) => [name, median(values)]))
}

function checked(measured: Measured, what: string): Measured {
  if (measured.failures > 0) throw new Error(`${measured.failures} of the calls failed: ${what}`)
  return measured
}

async function throughput(targets: readonly Target[], connections: number, size: number) {
  return rounds(targets, async ({ name, shot: make }) => {
    const run = await closedLoop(make(size), connections, SECONDS)
    return checked(run, `${name}, ${connections} connections`).perSecond
  })
}

async function latencies(targets: readonly Target[], rates: Record<string, number>) {
  const p50 = await rounds(
    targets,
    async ({ shot: make }) =>
      checked(await closedLoop(make(KIB), 1, SECONDS), 'one connection').p50,
  )
  const p99 = await rounds(targets, async ({ name, shot: make }) => {
    const rate = (rates[name === 'direct' ? 'bailiwick' : name] ?? 1_000) / 2
    return checked(await openLoop(make(KIB), rate, 64, SECONDS), `${name} at half rate`).p99
  })
  return { p50, p99 }
}

async function cpuPerCall({ process: under, shot: make }: Target): Promise<number> {
  const before = cpuOf(under)
  const run = await closedLoop(make(KIB), 32, SECONDS * 2)
  return (cpuOf(under) - before) / (run.perSecond * SECONDS * 2)
}

/** How a call and a listed tool fare with many tools and many policies, against few. */
async function growth(): Promise<readonly Growth[]> {
  const rate = async (tools: number, extraPolicies: number, what: 'call' | 'list') => {
    const server = await startScript('upstream.ts', { TOOLS: String(tools) })
    const under = await startGateway({ upstream: server.port, extraPolicies })
    const token = await under.token('/mcp/bench')
    const target =
      what === 'call' ? call(under.port, '/mcp/bench', token, KIB) : list(under.port, token)
    await closedLoop(target, 4, 0.5)
    const runs: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const run = await closedLoop(target, 4, Math.max(1, SECONDS / 2))
      runs.push(checked(run, `${what} with ${tools} tools`).perSecond)
    }
    under.stop()
    server.stop()
    return what === 'call' ? median(runs) : median(runs) * tools
  }
  const few = await rate(10, 10, 'call')
  const listFew = await rate(100, 10, 'list')
  return [
    { what: 'calls: 10,000 tools instead of 10', ratio: few / (await rate(10_000, 10, 'call')) },
    { what: 'calls: 1,000 policies instead of 10', ratio: few / (await rate(10, 1_000, 'call')) },
    {
      what: 'listing, per tool: 10,000 tools instead of 100',
      ratio: listFew / (await rate(10_000, 10, 'list')),
    },
    {
      what: 'listing, per tool: 1,000 policies instead of 10',
      ratio: listFew / (await rate(100, 1_000, 'list')),
    },
  ]
}

async function memory(): Promise<Report['memory']> {
  const idle = await startGateway({ upstream: undefined })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const atRest = memoryOf(idle)
  const perStream = await openStreams(idle.port, await idle.token('/mcp'), () => memoryOf(idle))
  idle.stop()
  return { atRest, perStream, startup: idle.startup }
}

async function searches(): Promise<Report['search']> {
  const records = quick ? 100_000 : 1_000_000
  const [sqlite, postgres] = [
    await searchTimes('sqlite', records),
    await searchTimes('postgres', records),
  ]
  console.error('measured searches')
  return { records, sqlite, postgres }
}

const upstream = await startScript('upstream.ts', {})
const passThrough = await startScript('pass-through.ts', { UPSTREAM: String(upstream.port) })
const gateway = await startGateway({ upstream: upstream.port })
const token = await gateway.token('/mcp/bench')
const targets: readonly Target[] = [
  { name: 'direct', process: upstream, shot: (size) => call(upstream.port, '/mcp', '', size) },
  {
    name: 'pass-through',
    process: passThrough,
    shot: (size) => call(passThrough.port, '/mcp', '', size),
  },
  {
    name: 'bailiwick',
    process: gateway,
    shot: (size) => call(gateway.port, '/mcp/bench', token, size),
  },
]
try {
  for (const target of targets) await closedLoop(target.shot(KIB), 32, 1)
  const sizes: Record<string, Record<string, number>> = {}
  for (const [name, size] of Object.entries(SIZES)) {
    sizes[name] = await throughput(targets, 32, size)
    console.error(`measured ${name} at 32 connections`)
  }
  const one = await throughput(targets, 1, KIB)
  const many = await throughput(targets, 256, KIB)
  console.error('measured 1 and 256 connections')
  const cpu: Record<string, number> = {}
  for (const target of targets) cpu[target.name] = await cpuPerCall(target)
  const identity = await identityCosts(SECONDS)
  console.error('measured tokens')
  const text = report({
    identity,
    sizes,
    connections: { '1': one, '32': sizes['1 KiB'] ?? {}, '256': many },
    ...(await latencies(targets, sizes['1 KiB'] ?? {})),
    cpu,
    stages: await stageCosts(identity.cached),
    decisions: [...flowCosts(), ...(await decisionCosts())],
    growth: [...(await growth()), ...(await decisionGrowth()), ...flowGrowth()],
    search: await searches(),
    launches: await launchCosts(),
    egress: await egressRates(ROUNDS, SECONDS),
    vault: await vaultRates(SECONDS),
    memory: await memory(),
    rounds: ROUNDS,
    seconds: SECONDS,
  })
  console.log(text)
  if (!quick) {
    writeFileSync(join(import.meta.dirname, '../docs/reference/performance.md'), text)
  }
} finally {
  for (const { process: each } of targets) each.stop()
}
