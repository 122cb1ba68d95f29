import { cpus } from 'node:os'
import type { EgressRates } from './egress.ts'
import type { IdentityCost } from './identity.ts'
import type { LaunchCost } from './sandbox.ts'
import type { VaultRate } from './vault.ts'

/** A cost with much of something, over the cost with little of it. */
export interface Growth {
  readonly what: string
  readonly ratio: number
}

type PerTarget = Readonly<Record<string, number>>

/** All that one run measured. */
export interface Report {
  /** Calls per second by payload, 32 connections. */
  readonly sizes: Readonly<Record<string, PerTarget>>
  /** Calls per second by connections, 1 KiB. */
  readonly connections: Readonly<Record<string, PerTarget>>
  readonly p50: PerTarget
  readonly p99: PerTarget
  /** Microseconds of CPU per call. */
  readonly cpu: PerTarget
  readonly stages: readonly { readonly stage: string; readonly micros: number }[]
  /** Microseconds. */
  readonly decisions: readonly {
    readonly what: string
    readonly p50: number
    readonly p99: number
  }[]
  readonly identity: IdentityCost
  readonly growth: readonly Growth[]
  /** Milliseconds of each search, by engine. */
  readonly search: Readonly<Record<'sqlite' | 'postgres', PerTarget>> & { readonly records: number }
  readonly launches: readonly LaunchCost[]
  readonly egress: EgressRates
  readonly vault: readonly VaultRate[]
  readonly memory: {
    readonly atRest: number
    readonly perStream: number
    /** Milliseconds to the first answer. */
    readonly startup: number
  }
  readonly rounds: number
  readonly seconds: number
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const percent = (part: number, of: number): string => `${Math.round((100 * part) / of)} %`
const of = (values: PerTarget, name: string): number => values[name] ?? Number.NaN

/** The report as a page of the documentation. */
export function report(measured: Report): string {
  const { p50, p99, memory } = measured
  return `# Performance

Written by \`npm run bench\`; every figure is from one run on one machine (${cpus().length} cores,
${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}), medians of ${measured.rounds} rounds of ${measured.seconds} s in
alternation. The load generator, the upstream and the gateway share those cores: **only ratios within
this page mean anything elsewhere.** The upstream is a bare \`node:http\` server that answers at once; the
pass-through is a bare \`node:http\` proxy that looks at nothing. Bailiwick runs as \`bailiwick up\` does, with
everything on: strict parsing, header checks, authentication, schema validation, Cedar policies, and the
record of intent on disk (fsync) before the call leaves.

## Calls per second

| \`tools/call\` | direct | pass-through | Bailiwick | of pass-through |
|---|---|---|---|---|
${Object.entries(measured.connections)
  .map(([count, values]) => rate(`1 KiB, ${count} connection${count === '1' ? '' : 's'}`, values))
  .join('\n')}
${Object.entries(measured.sizes)
  .filter(([size]) => size !== '1 KiB')
  .map(([size, values]) => rate(`${size}, 32 connections`, values))
  .join('\n')}

## Latency, milliseconds

| | direct | pass-through | Bailiwick | added to pass-through |
|---|---|---|---|---|
${latency('p50, one connection', p50)}
${latency("p99, at half of each one's highest rate", p99)}

## CPU per call, microseconds

| upstream | pass-through | Bailiwick |
|---|---|---|
| ${whole(of(measured.cpu, 'direct'))} | ${whole(of(measured.cpu, 'pass-through'))} | ${whole(of(measured.cpu, 'bailiwick'))} |

What the stages take of it, each measured alone on a call of 1 KiB (the rest is HTTP on both sides):

| stage | µs |
|---|---|
${measured.stages.map(({ stage, micros }) => `| ${stage} | ${micros.toFixed(1)} |`).join('\n')}

## Facts and decisions, microseconds

| | p50 | p99 |
|---|---|---|
${measured.decisions.map(({ what, p50: half, p99: slow }) => `| ${what} | ${half.toFixed(1)} | ${slow.toFixed(1)} |`).join('\n')}

## Tokens

The gateway issues tokens to an agent, each for a signed assertion of its own and each on record on disk
before it is out, to 32 connections of another process. Of a call, the resource server checks its token,
and where that is bound to a key, the proof of it.

| | |
|---|---|
${tokens(measured.identity)}

## Searching ${whole(measured.search.records)} records, milliseconds

The slowest of the first three pages of 50 calls. What is frequent and never comes together is looked for in
part: the page then ends empty, and says how far it looked.

| | SQLite | PostgreSQL |
|---|---|---|
${searches(measured.search)}

## Growth

How much dearer it gets; 1.0 is no dearer.

| | ratio |
|---|---|
${measured.growth.map(({ what, ratio }) => `| ${what} | ${ratio.toFixed(2)} |`).join('\n')}

## Memory and start

| | |
|---|---|
| resident at rest, no servers | ${whole(memory.atRest / 1e6)} MB |
| one more open stream | ${(memory.perStream / 1024).toFixed(1)} KiB |
| start of \`bailiwick up\`, no servers, from the source | ${whole(memory.startup)} ms |

## Starting a local server, milliseconds to its first answer

The server does nothing but answer. Plain: without a sandbox.

| gateway | plain | sandboxed, no network | with an allowlist | a call, sandboxed : plain |
|---|---|---|---|---|
${measured.launches.map(launched).join('\n')}

## What a local server receives from an allowed host, megabytes per second

| with nothing between | through a bare relay | through its egress | egress : relay |
|---|---|---|---|
${received(measured.egress)}

## Credentials

Values of 1 KiB, per second of processor time. A data key that was unwrapped stays in memory for at most five minutes; a new
value has a new data key, and what its keeper takes to wrap that is most of what it costs to seal it.

| | per second | of the cipher alone |
|---|---|---|
${measured.vault.map(({ what, perSecond, ofCipher }) => `| ${what} | ${whole(perSecond)} | ${ofCipher.toFixed(3)} |`).join('\n')}

## Against the targets

| target | measured | |
|---|---|---|
${targets(measured).map(target).join('\n')}
`
}

function launched({ as, plain, none, allowlist, call }: LaunchCost): string {
  const added = (value: number): string => `${whole(value)} (+${whole(value - plain)})`
  const ratio = (call.none / call.plain).toFixed(2)
  return `| ${as} | ${whole(plain)} | ${added(none)} | ${added(allowlist)} | ${ratio} |`
}

function received({ direct, relay, egress }: EgressRates): string {
  return `| ${whole(direct)} | ${whole(relay)} | ${whole(egress)} | ${(egress / relay).toFixed(2)} |`
}

function tokens(cost: IdentityCost): string {
  const { tokensPerSecond, tokenP99, cached, verified, proof } = cost
  return [
    `| tokens issued per second, on SQLite | ${whole(tokensPerSecond)} |`,
    `| p99 of that, ms | ${tokenP99.toFixed(1)} |`,
    `| a token that was verified before, µs | ${cached.toFixed(1)} |`,
    `| one that was not, µs | ${verified.toFixed(0)} |`,
    `| a proof of possession adds, µs | ${proof.toFixed(0)} |`,
  ].join('\n')
}

function searches({ sqlite, postgres }: Report['search']): string {
  return Object.entries(sqlite)
    .map(([what, time]) => `| ${what} | ${whole(time)} | ${whole(of(postgres, what))} |`)
    .join('\n')
}

interface Target {
  readonly what: string
  readonly measured: number
  /** The measured value must not pass this. */
  readonly limit: number
  readonly wanted: 'at least' | 'at most'
  readonly unit: string
}

function targets(measured: Report): readonly Target[] {
  const { p50, p99, memory, connections, growth } = measured
  const pass = 'pass-through'
  const share = (100 * of(connections['32'] ?? {}, 'bailiwick')) / of(connections['32'] ?? {}, pass)
  const dearest = Math.max(...growth.map(({ ratio }) => ratio))
  const both = measured.decisions.at(-1)
  const atMost = { wanted: 'at most' } as const
  return [
    {
      what: 'of the pass-through at 32 connections',
      measured: share,
      limit: 50,
      wanted: 'at least',
      unit: '%',
    },
    {
      what: 'added p50 at one connection',
      measured: of(p50, 'bailiwick') - of(p50, pass),
      limit: 1,
      ...atMost,
      unit: 'ms',
    },
    {
      what: 'p99 at half of the highest rate',
      measured: of(p99, 'bailiwick'),
      limit: 5,
      ...atMost,
      unit: 'ms',
    },
    {
      what: 'growth with tools, policies and length',
      measured: dearest,
      limit: 1.5,
      ...atMost,
      unit: 'times',
    },
    {
      what: 'facts and decision of 1 KiB, p50',
      measured: both?.p50 ?? Number.NaN,
      limit: 100,
      ...atMost,
      unit: 'µs',
    },
    {
      what: 'facts and decision of 1 KiB, p99',
      measured: both?.p99 ?? Number.NaN,
      limit: 1_000,
      ...atMost,
      unit: 'µs',
    },
    {
      what: 'any search',
      measured: Math.max(
        ...[measured.search.sqlite, measured.search.postgres].flatMap((times) =>
          Object.values(times),
        ),
      ),
      limit: 500,
      ...atMost,
      unit: 'ms',
    },
    {
      what: 'tokens issued per second on SQLite',
      measured: measured.identity.tokensPerSecond,
      limit: 1_500,
      wanted: 'at least',
      unit: '/s',
    },
    {
      what: 'a token that was verified before, p50',
      measured: measured.identity.cached,
      limit: 5,
      ...atMost,
      unit: 'µs',
    },
    {
      what: 'a proof of possession adds, p50',
      measured: measured.identity.proof,
      limit: 400,
      ...atMost,
      unit: 'µs',
    },
    { what: 'resident at rest', measured: memory.atRest / 1e6, limit: 200, ...atMost, unit: 'MB' },
    {
      what: 'one more open stream',
      measured: memory.perStream / 1024,
      limit: 50,
      ...atMost,
      unit: 'KiB',
    },
    { what: 'start', measured: memory.startup, limit: 1_500, ...atMost, unit: 'ms' },
  ]
}

function target({ what, measured, limit, wanted, unit }: Target): string {
  const met = wanted === 'at least' ? measured >= limit : measured <= limit
  const value = measured < 10 ? measured.toFixed(2) : whole(measured)
  return `| ${what}: ${wanted} ${limit.toLocaleString('en-US')} ${unit} | ${value} ${unit} | ${met ? 'met' : '**missed**'} |`
}

function rate(name: string, values: PerTarget): string {
  const [direct, pass, ours] = ['direct', 'pass-through', 'bailiwick'].map((at) => of(values, at))
  return `| ${name} | ${whole(direct ?? 0)} | ${whole(pass ?? 0)} | ${whole(ours ?? 0)} | ${percent(ours ?? 0, pass ?? 1)} |`
}

function latency(name: string, values: PerTarget): string {
  const [direct, pass, ours] = ['direct', 'pass-through', 'bailiwick'].map((at) => of(values, at))
  const [a, b, c] = [direct ?? 0, pass ?? 0, ours ?? 0]
  return `| ${name} | ${a.toFixed(2)} | ${b.toFixed(2)} | ${c.toFixed(2)} | ${(c - b).toFixed(2)} |`
}
