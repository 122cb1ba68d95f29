import { type Finding, isAtLeast } from '../../kernel/finding.ts'

/**
 * What people are told of a definition. `poisoned`: something is there that no honest definition has.
 * `review`: something is there that somebody should look at; it blocks nothing. `clean`: neither.
 */
export function verdictOf(findings: readonly Finding[]): 'clean' | 'review' | 'poisoned' {
  if (findings.some(isPoison)) return 'poisoned'
  return findings.some(({ severity }) => severity !== 'info') ? 'review' : 'clean'
}

/** Whether one finding is enough. */
export function isPoison({ severity, certainty }: Finding): boolean {
  return (severity === 'high' || severity === 'critical') && isAtLeast(certainty, 'likely')
}
