import { dirname, sep } from 'node:path'
import { ANALYSERS } from '../../analysis/all.ts'
import { createAnalysis } from '../../analysis/analysis.ts'
import type { Config } from '../../config/config.ts'
import type { AccessRequest } from '../../kernel/access.ts'
import { type AnalysisSubject, type Facts, NO_FACTS } from '../../kernel/facts.ts'
import { loadPolicies, type PolicySet, type PolicySource } from '../../policy/policy.ts'
import { policyError } from '../../policy/problem.ts'
import {
  type Mutation,
  type MutationReport,
  mutations,
  survivingMutations,
} from '../../policy/tests/mutations.ts'
import { readPolicyTests } from '../../policy/tests/read-tests.ts'
import {
  idsOf,
  prepareTests,
  type ReadyTests,
  runReady,
  type TestReport,
  uncovered,
} from '../../policy/tests/run-tests.ts'
import type { TestWorld } from '../../policy/tests/world-schema.ts'
import { kindsOf } from '../operator-words.ts'
import { testWorld } from './test-world.ts'

/** Policies, and the tests beside them. */
export interface Tested {
  readonly policies: readonly PolicySource[]
  readonly tests: readonly PolicySource[]
  readonly config: Pick<Config, 'places' | 'servers'>
}

/** What tests say of policies. */
export interface PolicyProof {
  readonly reports: readonly Omit<TestReport, 'uncovered'>[]
  /** Ids of policies and screens that no test makes decide. */
  readonly uncovered: readonly string[]
  /** All of the policies together. */
  readonly set: PolicySet
}

/** What nobody permits nobody lifts: policies that only forbid are proven beside something that permits. */
const ELSEWHERE: PolicySource = {
  file: 'elsewhere.cedar',
  text: '@id("elsewhere") permit (principal, action, resource);',
}

/** The tests of one file, with the policies that they are about. */
interface Bench extends ReadyTests {
  readonly set: PolicySet
}

/**
 * Runs policy tests. Facts are read from arguments by the analysers of the gateway, in the world that
 * the test file states: neither the file system nor a name server is asked.
 *
 * @throws GatewayError `policy_unavailable` when policies cannot be loaded, or test files not be read
 */
export async function runPolicyTests(
  tested: Tested,
): Promise<PolicyProof & { readonly survivors: () => MutationReport }> {
  const files = tested.tests.map((source) => ({ source, read: readPolicyTests(source) }))
  const unread = files.flatMap(({ read }) => read.problems)
  // Without them nobody knows the world, and what is wrong with the policies may only be that.
  if (unread.length > 0) throw policyError(unread)
  const places = Object.assign({}, ...files.map(({ read }) => read.world.places))
  const set = load(tested.policies, { ...places, ...tested.config.places })
  const benches: Bench[] = []
  for (const { source, read } of files) benches.push(await benchOf(tested, source, read))
  const reports = benches.map((bench) => {
    const { file, name, problems, tests } = bench
    return { file, name, problems, results: runReady(bench.set, tests) }
  })
  const survivors = (): MutationReport => survivorsOf(set, benches)
  return { reports, uncovered: uncovered(set, reports), set, survivors }
}

async function benchOf(
  { policies, config }: Tested,
  source: PolicySource,
  { world, policies: which, elsewhere }: ReturnType<typeof readPolicyTests>,
): Promise<Bench> {
  const own = `${dirname(source.file)}${sep}`
  const sources = which === 'all' ? policies : policies.filter(({ file }) => file.startsWith(own))
  const beside = elsewhere === undefined ? [] : [ELSEWHERE]
  const set = load([...sources, ...beside], { ...config.places, ...world.places })
  const known = which === 'all' ? config.servers : {}
  const ready = await prepareTests(set, source, { analyse: analyserOf(world, known) })
  return { ...ready, set }
}

/** Places exist as they are written: where they lead on this machine is no matter of a test. */
function load(sources: readonly PolicySource[], places: TestWorld['places']): PolicySet {
  return loadPolicies(sources, { places, realRoot: (path) => path })
}

function analyserOf(world: TestWorld, servers: Config['servers']) {
  const { analyse } = createAnalysis({ analysers: ANALYSERS, world: testWorld(world) })
  return ({ target, arguments: args }: Omit<AccessRequest, 'facts'>): Facts | Promise<Facts> =>
    // The gateway analyses what tools get, and nothing else.
    target.kind === 'tool' ? analyse(subjectOf(world, servers, target), args) : NO_FACTS
}

function subjectOf(
  world: TestWorld,
  servers: Config['servers'],
  { server, name, of }: AccessRequest['target'],
): AnalysisSubject {
  const origin = of ?? { server, name }
  const stated = own(world.servers, origin.server)
  const configured = own(servers, origin.server)
  const local = stated?.local ?? (configured === undefined || configured.transport === 'stdio')
  const cwd = stated?.cwd ?? (configured?.transport === 'stdio' ? configured.cwd : undefined)
  return {
    server: origin.server,
    tool: origin.name,
    inputSchema: undefined,
    hints: {
      ...kindsOf(own(configured?.tools ?? {}, origin.name)?.arguments),
      ...own(stated?.tools ?? {}, origin.name)?.arguments,
    },
    local,
    ...(cwd === undefined ? {} : { cwd }),
  }
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** A mutation survives when it survives the tests of every file that is about its policy. */
function survivorsOf(set: PolicySet, benches: readonly Bench[]): MutationReport {
  const reports = benches.map((bench) => ({
    about: new Set(idsOf(bench.set)),
    ...survivingMutations(bench.set, bench.tests),
  }))
  const all = [...mutations(set)].map(({ mutation }) => mutation)
  const survivors = all.filter((mutation) =>
    reports.every(
      ({ about, survivors: found }) =>
        !about.has(mutation.policy) || found.some((one) => same(one, mutation)),
    ),
  )
  return { tried: all.length, survivors, truncated: reports.some(({ truncated }) => truncated) }
}

function same(left: Mutation, right: Mutation): boolean {
  return left.policy === right.policy && left.kind === right.kind && left.text === right.text
}
