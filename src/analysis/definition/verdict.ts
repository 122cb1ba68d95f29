import { type Finding, isAtLeast } from '../../kernel/finding.ts'

/** What honest definitions do as well, each of it often: only two different ones say something. */
const COMMON: ReadonlySet<string> = new Set([
  'definition/prompt/model-directed',
  'definition/prompt/weak-signals',
  'definition/prompt/emphasis',
  'definition/form/overlong',
])

/**
 * What people are told of a definition. `poisoned`: something is there that no honest definition has.
 * `review`: something is there that somebody should look at; it blocks nothing. `clean`: neither.
 */
export function verdictOf(findings: readonly Finding[]): 'clean' | 'review' | 'poisoned' {
  if (findings.some(isPoison)) return 'poisoned'
  const rules = new Set(
    findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule),
  )
  return rules.size > 1 || [...rules].some((rule) => !COMMON.has(rule)) ? 'review' : 'clean'
}

/** Whether one finding is enough. */
export function isPoison({ severity, certainty }: Finding): boolean {
  return (severity === 'high' || severity === 'critical') && isAtLeast(certainty, 'likely')
}
