import { ANALYSERS, nodeWorld } from '../src/analysis/all.ts'
import { type Analysis, createAnalysis } from '../src/analysis/analysis.ts'
import type { AccessRequest } from '../src/kernel/access.ts'
import type { AnalysisSubject, FactKind, Facts } from '../src/kernel/facts.ts'
import type { JsonObject } from '../src/kernel/json.ts'
import { request } from '../src/kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from '../src/policy/policy.ts'
import type { Growth } from './report.ts'

/** What reading facts and deciding costs together, in microseconds. */
export interface DecisionCost {
  readonly what: string
  readonly p50: number
  readonly p99: number
}

const TOOL: AnalysisSubject = {
  server: 'bench',
  tool: 'share_note',
  inputSchema: undefined,
  hints: {},
  local: true,
  cwd: process.cwd(),
}
const PROSE =
  'The berth is free from Tuesday; ask the harbour office for the tariff of shore power. '
const KIB: JsonObject = {
  path: 'docs/reference/policies.md',
  to: 'ada@harbour.example',
  subject: 'berths',
  body: PROSE.repeat(11),
}
const GUARDS = `
guards:
  project: { path: { within: ["${process.cwd()}"] } }
  inside: { recipients: { domains: [harbour.example] } }
`
const POLICY = `
@id("share") permit (principal, action == Action::"call", resource == Tool::"bench:share_note")
when { context.facts.guards["project"] == "pass" && context.facts.guards["inside"] == "pass" };
@id("no-metadata") @reason("no") forbid (principal, action == Action::"call", resource)
when { context.facts.urls.hosts.contains("169.254.169.254") };
`

/** The cost of a decision with facts on a call of 1 KiB. */
export async function decisionCosts(): Promise<readonly DecisionCost[]> {
  const analysis = await ready()
  const { decide } = pointWith(10)
  const facts = factsOf(analysis, KIB)
  return [
    { what: 'facts of 1 KiB: a path, an address, prose', ...spread(() => factsOf(analysis, KIB)) },
    { what: 'decision with two guards', ...spread(() => decide(requestOf(KIB, facts))) },
    {
      what: 'both',
      ...spread(() => decide(requestOf(KIB, factsOf(analysis, KIB)))),
    },
  ]
}

/** How decisions and analysers grow. */
export async function decisionGrowth(): Promise<readonly Growth[]> {
  const analysis = await ready()
  const facts = factsOf(analysis, KIB)
  const [few, many] = [10, 1_000].map((policies) => {
    const { decide } = pointWith(policies)
    return spread(() => decide(requestOf(KIB, facts))).p50
  })
  const analysers = await Promise.all(
    ANALYSERS.map(async (analyser) => {
      const alone = await ready([analyser])
      const [small, large] = [64, 1_024].map((kib) => {
        const args = longOf(analyser.kind, kib * 1_024)
        return fastest(() => factsOf(alone, args))
      })
      return {
        what: `per byte, analyser of kind ${analyser.kind}: 1 MiB instead of 64 KiB`,
        ratio: (large ?? 0) / (16 * (small ?? 1)),
      }
    }),
  )
  return [
    { what: 'decision with facts: 1,000 policies instead of 10', ratio: (many ?? 0) / (few ?? 1) },
    ...analysers,
  ]
}

async function ready(analysers = ANALYSERS): Promise<Analysis> {
  const world = nodeWorld({ clock: Date.now, mayResolve: () => false })
  const analysis = createAnalysis({ analysers, world })
  await analysis.analyse(TOOL, KIB)
  return analysis
}

/** Nothing here has to be asked of others, so facts come at once. */
function factsOf({ analyse }: Analysis, args: JsonObject): Facts {
  return analyse(TOOL, args) as Facts
}

function pointWith(others: number) {
  const more = Array.from(
    { length: others },
    (_, index) =>
      `@id("other-${index}") permit (principal, action, resource == Tool::"other:tool-${index}");`,
  )
  const sources = [
    { file: 'bench.cedar', text: POLICY + more.join('\n') },
    { file: 'bench.yaml', text: GUARDS },
  ]
  return decisionPoint(loadPolicies(sources, { places: {}, realRoot: (path) => path }))
}

function requestOf(args: JsonObject, facts: Facts): AccessRequest {
  const effects = ['read', 'send'] as const
  return request('call', 'bench', 'share_note', { effects, arguments: args, facts })
}

/** Arguments whose size is all of one kind. */
function longOf(kind: FactKind, size: number): JsonObject {
  const filled = (unit: string): string => unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
  switch (kind) {
    case 'sql':
      return { sql: `SELECT a FROM t WHERE id IN (${filled('123456,')}1)` }
    case 'shell':
      return { command: `echo ${filled('word ')}` }
    case 'url':
      return { text: filled('see https://api.example.com/v1/items or ask; ') }
    case 'recipient':
      return { text: filled('write to ada@harbour.example or to the office; ') }
    case 'amount':
      return { text: filled('it costs 12.50 EUR and later 300 USD; ') }
    default:
      return { text: filled(PROSE) }
  }
}

/** Median and 99th percentile of some rounds, in microseconds, after a quarter as many to warm up. */
export function spread(work: () => unknown, rounds = 20_000): Pick<DecisionCost, 'p50' | 'p99'> {
  for (let round = 0; round < rounds / 4; round += 1) work()
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const started = process.hrtime.bigint()
    work()
    times.push(Number(process.hrtime.bigint() - started) / 1_000)
  }
  times.sort((a, b) => a - b)
  return { p50: times[Math.floor(rounds / 2)] ?? 0, p99: times[Math.floor(rounds * 0.99)] ?? 0 }
}

function fastest(work: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const started = performance.now()
    work()
    return performance.now() - started
  })
  return Math.min(...times)
}
