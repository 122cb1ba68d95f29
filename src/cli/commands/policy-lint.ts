import type { Finding } from '../../policy/lint/finding.ts'
import { lint } from '../../policy/lint/lint.ts'
import type { PolicyProblem } from '../../policy/problem.ts'
import { checkAgainstDefinitions } from '../../policy/schema/check-against-definitions.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { askDefinitions, tellSilent } from '../policy/definitions.ts'
import { draftPolicies, draftSources } from '../policy/draft.ts'
import { paint, printable, show, talk } from '../terminal.ts'

/**
 * `bailiwick policy lint [POLICIES...]`: what is wrong with policies, given what the servers offer,
 * and what is probably not meant.
 */
export async function policyLint(
  context: Context,
  names: readonly string[],
  { offline }: { readonly offline: boolean },
): Promise<Exit> {
  const config = await configInForce(context)
  const set = draftPolicies(config, context.cwd, names)
  const sources = draftSources(config, context.cwd, names)
  const offers = offline ? undefined : await askDefinitions(config, context)
  tellSilent(context, offers?.silent ?? [])
  // What nobody could list may exist all the same.
  const complete = offers !== undefined && offers.silent.length === 0
  const problems = complete ? checkAgainstDefinitions(set, offers.definitions, sources) : []
  const findings = lint(set, complete ? offers.definitions : undefined, sources)
  const warnings = set.warnings
  const value = { policies: set.hash, checked: complete, problems, warnings, findings }
  await show(context, value, () => [
    ...problems.map((problem) => problemLine(context, 'error', problem)),
    ...warnings.map((problem) => problemLine(context, 'warning', problem)),
    ...findings.flatMap((finding) => findingLines(context, finding)),
  ])
  const worth = findings.filter(({ severity }) => severity === 'warning').length + warnings.length
  talk(
    context,
    `${set.policies.length} policies: ${problems.length} errors, ${worth} warnings` +
      (complete ? '' : '; not held against what the servers offer'),
  )
  return problems.length + worth > 0 ? 'findings' : 'ok'
}

function problemLine(
  context: Context,
  kind: 'error' | 'warning',
  { file, line, column, message }: PolicyProblem,
): string {
  const word = paint(context, kind === 'error' ? 'red' : 'yellow', kind)
  return `${printable(file)}:${line}:${column}: ${word}: ${printable(message)}`
}

function findingLines(context: Context, finding: Finding): readonly string[] {
  const { file, line, column, severity, rule, message, fix } = finding
  const word = paint(context, severity === 'warning' ? 'yellow' : 'dim', severity)
  return [
    `${printable(file)}:${line}:${column}: ${word}: ${printable(message)} (${rule})`,
    `  fix: ${printable(fix)}`,
  ]
}
