import type { AccessRequest } from '../../kernel/access.ts'
import { type Facts, NO_FACTS } from '../../kernel/facts.ts'
import { NO_PERMIT, POLICY_ERROR, REQUEST, UNPARSABLE } from '../annotations.ts'
import { explain } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import { didYouMean } from '../nearest.ts'
import { decisionPoint, type PolicySet, type PolicySource } from '../policy.ts'
import type { Place, PolicyProblem } from '../problem.ts'
import type { Definitions } from '../schema/definitions.ts'
import { screenId } from '../screens/screen.ts'
import { type Judged, judge } from './judge.ts'
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
  readonly verdict: Judged['word']
  /** Ids, sorted. */
  readonly by: readonly string[]
  /** Ids of the screens that are about what was found, sorted. */
  readonly screens: readonly string[]
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
  /** Ids of policies and screens that no test makes decide. */
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

/** What a policy set makes of tests. */
export function judgeBy(set: PolicySet): (test: ReadyTest) => Judged {
  const point = decisionPoint(set)
  return (test) => judge(point, test)
}

/** Runs tests that are ready. */
export function runReady(set: PolicySet, tests: readonly ReadyTest[]): readonly TestResult[] {
  const judged = judgeBy(set)
  return tests.map((test) => {
    const found = judged(test)
    const { word: verdict, by, screens, decision } = found
    const differences = differencesOf(test, found)
    const passed = differences.length === 0
    return {
      name: test.name,
      place: test.place,
      passed,
      actual: { verdict, by, screens },
      differences,
      ...(passed || decision === undefined
        ? {}
        : { explanation: explain(set, test.request, decision) }),
    }
  })
}

/** Whether a test is judged as it expects. */
export function passes(test: ReadyTest, judged: Judged): boolean {
  return differencesOf(test, judged).length === 0
}

/** All that may decide, by id; what only observes is not asked to. */
export function idsOf({ policies, screens }: PolicySet): readonly string[] {
  return [
    ...policies.filter(({ mode }) => mode === 'enforce').map(({ id }) => id),
    ...screens.filter(({ mode }) => mode === 'enforce').map(screenId),
  ]
}

/** Policies and screens that no test of any report makes decide. */
export function uncovered(
  set: PolicySet,
  reports: readonly Pick<TestReport, 'results'>[],
): readonly string[] {
  const deciding = new Set(
    reports.flatMap(({ results }) =>
      results.flatMap(({ actual }) => [...actual.by, ...actual.screens]),
    ),
  )
  return idsOf(set).filter((id) => !deciding.has(id))
}

function differencesOf(test: ReadyTest, judged: Judged): readonly string[] {
  const { expect, by, asks } = test
  const verdict = [
    ...(expect === judged.word ? [] : [`expected \`${expect}\`, and it is \`${judged.word}\``]),
    ...(asks === undefined || judged.lift === undefined ? [] : liftDifferences(asks, judged.lift)),
    ...screeningDifferences(test, judged),
  ]
  if (by === undefined) return verdict
  const missing = by.filter((id) => !judged.by.includes(id))
  const more = judged.by.filter((id) => !by.includes(id))
  return [
    ...verdict,
    ...(missing.length > 0 ? [`not decided by ${listed(missing)}`] : []),
    ...(more.length > 0 ? [`decided by ${listed(more)}, which the test does not name`] : []),
  ]
}

function screeningDifferences(
  { screening }: ReadyTest,
  { content, marking }: Judged,
): readonly string[] {
  const is: Readonly<Record<string, unknown>> = { ...content, content: content.action, marking }
  return Object.entries(screening).flatMap(([name, value]) =>
    value === is[name]
      ? []
      : [`expected \`${name}\` to be \`${value}\`, and it is \`${is[name]}\``],
  )
}

function listed(ids: readonly string[]): string {
  return ids.map((id) => `\`${id}\``).join(', ')
}

function unknownIds(set: PolicySet, { by = [], place }: PolicyTest): readonly PolicyProblem[] {
  const own = [NO_PERMIT, POLICY_ERROR, REQUEST, UNPARSABLE]
  const named = [...set.policies.map(({ id }) => id), ...set.screens.map(screenId)]
  const known = new Set([...named, ...own])
  return by
    .filter((id) => !known.has(id))
    .map((id) => ({ ...place, message: `there is no policy \`${id}\`${didYouMean(id, known)}` }))
}
