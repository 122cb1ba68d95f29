import type { Origin, PolicyFinding } from '../../../admin/policies/ports.ts'
import type { Finding } from '../../../policy/lint/finding.ts'
import type { PolicySource } from '../../../policy/policy.ts'
import type { PolicyProblem } from '../../../policy/problem.ts'
import { MANAGED } from '../../managed-policies.ts'

/** Where a file of a policy set was written, and its name there. */
export function originOf(file: string): { readonly origin: Origin; readonly file: string } {
  return file.startsWith(MANAGED)
    ? { origin: 'managed', file: file.slice(MANAGED.length) }
    : { origin: 'file', file }
}

/** Something to point at: a word with what stands before it, a text in quotes, a sign. */
const WORD = /^(?:@?[\p{L}\p{N}_-]+(?:::[\p{L}\p{N}_]+)*|"(?:[^"\\]|\\.)*"|\S)/u

/** What is said of policies, with the end of the word that it is about. */
export function findingsIn(sources: readonly PolicySource[]) {
  const lines = new Map<string, readonly string[]>()
  const lineOf = (file: string, line: number): string => {
    const known =
      lines.get(file) ?? sources.find((one) => one.file === file)?.text.split('\n') ?? []
    lines.set(file, known)
    return known[line - 1] ?? ''
  }
  const placed = ({ file, line, column }: PolicyProblem) => {
    const [word = ''] = WORD.exec(lineOf(file, line).slice(column - 1)) ?? []
    return { ...originOf(file), line, column, endColumn: column + word.length }
  }
  return {
    problem: (severity: PolicyFinding['severity']) => (problem: PolicyProblem) => ({
      ...placed(problem),
      severity,
      message: problem.message,
    }),
    finding: (finding: Finding): PolicyFinding => {
      const { severity, message, rule, policy, fix } = finding
      return { ...placed(finding), severity, message, rule, policy, fix }
    },
  }
}
