import { explanationText } from '../../policy/explain/explanation-text.ts'
import type { Mutation, MutationReport } from '../../policy/tests/mutations.ts'
import type { TestReport, TestResult } from '../../policy/tests/run-tests.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { draftSources, draftTests } from '../policy/draft.ts'
import { type PolicyProof, runPolicyTests } from '../policy/run-policy-tests.ts'
import { paint, printable, show, talk } from '../terminal.ts'

/** `bailiwick policy test [POLICIES...]`: whether policies decide as the tests beside them say. */
export async function policyTest(
  context: Context,
  names: readonly string[],
  { mutations }: { readonly mutations: boolean },
): Promise<Exit> {
  const config = await configInForce(context)
  const tests = draftTests(config, context.cwd, names)
  if (tests.length === 0)
    throw new CommandError('there are no tests beside these policies', {
      exit: 'usage',
      fix: 'write them into a file whose name ends in `.test.yaml`, beside the policies',
    })
  const policies = draftSources(config, context.cwd, names)
  const { survivors, ...proof } = await runPolicyTests({ policies, tests, config })
  const tried = mutations ? survivors() : undefined
  const count = countOf(proof)
  const value = {
    policies: proof.set.hash,
    ...count,
    files: proof.reports,
    uncovered: proof.uncovered,
    mutations: tried ?? null,
  }
  await show(context, value, () => [
    ...proof.reports.flatMap((report) => reportLines(context, report)),
    ...uncoveredLines(context, proof),
    ...(tried?.survivors.map((one) => survivorLine(context, one)) ?? []),
  ])
  talk(context, summaryOf(count, proof, tried))
  const bad = count.failed + count.problems + (tried?.survivors.length ?? 0)
  return bad > 0 ? 'findings' : 'ok'
}

type Count = ReturnType<typeof countOf>

function countOf({ reports }: Pick<PolicyProof, 'reports'>) {
  const results = reports.flatMap((report) => report.results)
  const passed = results.filter((result) => result.passed).length
  const problems = reports.reduce((sum, report) => sum + report.problems.length, 0)
  return { passed, failed: results.length - passed, problems }
}

function summaryOf(
  { passed, failed, problems }: Count,
  { set, uncovered }: Pick<PolicyProof, 'set' | 'uncovered'>,
  tried: MutationReport | undefined,
): string {
  const parts = [`${passed} passed, ${failed} failed`]
  if (problems > 0) parts.push(`${problems} problems in test files`)
  parts.push(`${set.policies.length} policies, ${uncovered.length} not covered`)
  if (tried !== undefined) {
    const { length } = tried.survivors
    const more = tried.truncated ? ', and not all were tried' : ''
    parts.push(`${tried.tried} mutations, ${length} not noticed${more}`)
  }
  return parts.join('; ')
}

function reportLines(
  context: Context,
  { file, results, problems }: Pick<TestReport, 'file' | 'results' | 'problems'>,
): readonly string[] {
  const failed = results.filter(({ passed }) => !passed)
  const good = problems.length + failed.length === 0
  return [
    ...problems.map(
      ({ line, column, message }) =>
        `${printable(file)}:${line}:${column}: ${paint(context, 'red', 'error')}: ${printable(message)}`,
    ),
    ...failed.flatMap((result) => failureLines(context, result)),
    ...(good ? [`${printable(file)}: ${paint(context, 'green', `${results.length} passed`)}`] : []),
  ]
}

function failureLines(
  context: Context,
  { name, place, differences, explanation }: TestResult,
): readonly string[] {
  const { file, line, column } = place
  const where = `${printable(file)}:${line}:${column}`
  return [
    `${where}: ${paint(context, 'red', 'failed')}: ${printable(name)}`,
    ...differences.map((text) => `  ${printable(text)}`),
    ...(explanation === undefined
      ? []
      : explanationText(explanation).map((text) => `    ${printable(text)}`)),
  ]
}

function uncoveredLines(
  context: Context,
  { set, uncovered }: Pick<PolicyProof, 'set' | 'uncovered'>,
): readonly string[] {
  return set.policies
    .filter(({ id }) => uncovered.includes(id))
    .map(
      ({ id, file, line }) =>
        `${printable(file)}:${line}: ${paint(context, 'yellow', 'not covered')}: no test makes \`${id}\` decide`,
    )
}

function survivorLine(context: Context, { policy, kind, text, file, line }: Mutation): string {
  const what = text === undefined ? kind : `${kind}: ${text}`
  const word = paint(context, 'yellow', 'not noticed')
  return `${printable(file)}:${line}: ${word}: \`${policy}\` ${printable(what)}`
}
