import type { AccessRequest, Decision } from '../../kernel/access.ts'
import { type Facts, NO_FACTS } from '../../kernel/facts.ts'
import { NO_PERMIT, POLICY_ERROR, REQUEST, UNPARSABLE } from '../annotations.ts'
import { explain } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import { didYouMean } from '../nearest.ts'
import { decisionPoint, type PolicySet, type PolicySource } from '../policy.ts'
import type { Place, PolicyProblem } from '../problem.ts'
import type { Definitions } from '../schema/definitions.ts'
import { liftDifferences } from './lift-expectation.ts'
import { readPolicyTests } from './read-tests.ts'
import type { PolicyTest } from './to-test.ts'

export interface TestOptions {
  /** Reads facts from arguments, as the gateway would; left out, there are none. */
  readonly analyse?: (request: Omit<AccessRequest, 'facts'>) => Facts | Promise<Facts>
  readonly definitions?: Definitions
}

/** A test with all that a decision needs. */
export interface ReadyTest extends Omit<PolicyTest, 'request' | 'facts'> {
  readonly file: string
  readonly request: AccessRequest
}

export interface ReadyTests {
  readonly file: string
  readonly name: string
  readonly tests: readonly ReadyTest[]
  readonly problems: readonly PolicyProblem[]
}

/** What was decided, in the words of a test. */
export interface Verdict {
  readonly verdict: 'permit' | 'deny' | 'ask'
  /** Ids, sorted. */
  readonly by: readonly string[]
}

export interface TestResult {
  readonly name: string
  readonly place: Place
  readonly passed: boolean
  readonly actual: Verdict
  /** What is not as expected, a line each. */
  readonly differences: readonly string[]
  /** Why it was decided so; of a test that failed. */
  readonly explanation?: Explanation
}

export interface TestReport {
  readonly file: string
  readonly name: string
  readonly results: readonly TestResult[]
  /** What is wrong with the file; then nothing of it was run. */
  readonly problems: readonly PolicyProblem[]
  /** Ids of policies that no test makes decide. */
  readonly uncovered: readonly string[]
}

/** Runs a file of policy tests. A file that cannot be read has problems and no results. */
export async function runPolicyTests(
  set: PolicySet,
  source: PolicySource,
  options: TestOptions = {},
): Promise<TestReport> {
  const { file, name, tests, problems } = await prepareTests(set, source, options)
  const results = runReady(set, tests)
  return { file, name, results, problems, uncovered: uncovered(set, [{ results }]) }
}

/** Reads a file of policy tests, and the facts of each: what follows is pure. */
export async function prepareTests(
  set: PolicySet,
  source: PolicySource,
  { analyse = () => NO_FACTS, definitions }: TestOptions,
): Promise<ReadyTests> {
  const { file, name, tests, problems } = readPolicyTests(source, definitions)
  const unknown = tests.flatMap((test) => unknownIds(set, test))
  if (unknown.length > 0) return { file, name, tests: [], problems: unknown }
  const ready: ReadyTest[] = []
  for (const { facts, request, ...test } of tests) {
    const read = facts ?? (await analyse(request))
    ready.push({ ...test, file, request: { ...request, facts: read } })
  }
  return { file, name, tests: ready, problems }
}

/** What a policy set decides of tests. */
export function decider(set: PolicySet): (test: ReadyTest) => Decision {
  const point = decisionPoint(set)
  return ({ request }) => point.decide(request)
}

/** Runs tests that are ready. */
export function runReady(set: PolicySet, tests: readonly ReadyTest[]): readonly TestResult[] {
  const decide = decider(set)
  return tests.map((test) => {
    const decision = decide(test)
    const actual = verdictOf(decision)
    const differences = differencesOf(test, decision)
    const passed = differences.length === 0
    return {
      name: test.name,
      place: test.place,
      passed,
      actual,
      differences,
      ...(passed ? {} : { explanation: explain(set, test.request, decision) }),
    }
  })
}

/** Whether a decision is what a test expects. */
export function passes(test: ReadyTest, decision: Decision): boolean {
  return differencesOf(test, decision).length === 0
}

/** Policies that no test of any report makes decide; those that only observe are never asked to. */
export function uncovered(
  set: PolicySet,
  reports: readonly Pick<TestReport, 'results'>[],
): readonly string[] {
  const deciding = new Set(
    reports.flatMap(({ results }) => results.flatMap(({ actual }) => actual.by)),
  )
  return set.policies
    .filter(({ id, mode }) => mode === 'enforce' && !deciding.has(id))
    .map(({ id }) => id)
}

function verdictOf(decision: Decision): Verdict {
  const lift = decision.effect === 'deny' ? decision.lift : undefined
  return {
    verdict: lift === undefined ? decision.effect : 'ask',
    by: decision.determining.map(({ policy }) => policy).sort(),
  }
}

function differencesOf({ expect, by, asks }: ReadyTest, decision: Decision): readonly string[] {
  const actual = verdictOf(decision)
  const lift = decision.effect === 'deny' ? decision.lift : undefined
  const verdict = [
    ...(expect === actual.verdict
      ? []
      : [`expected \`${expect}\`, and it is \`${actual.verdict}\``]),
    ...(asks === undefined || lift === undefined ? [] : liftDifferences(asks, lift)),
  ]
  if (by === undefined) return verdict
  const missing = by.filter((id) => !actual.by.includes(id))
  const more = actual.by.filter((id) => !by.includes(id))
  return [
    ...verdict,
    ...(missing.length > 0 ? [`not decided by ${listed(missing)}`] : []),
    ...(more.length > 0 ? [`decided by ${listed(more)}, which the test does not name`] : []),
  ]
}

function listed(ids: readonly string[]): string {
  return ids.map((id) => `\`${id}\``).join(', ')
}

function unknownIds(set: PolicySet, { by = [], place }: PolicyTest): readonly PolicyProblem[] {
  const own = [NO_PERMIT, POLICY_ERROR, REQUEST, UNPARSABLE]
  const known = new Set([...set.policies.map(({ id }) => id), ...own])
  return by
    .filter((id) => !known.has(id))
    .map((id) => ({ ...place, message: `there is no policy \`${id}\`${didYouMean(id, known)}` }))
}
