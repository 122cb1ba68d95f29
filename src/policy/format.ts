import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { Json } from '../kernel/json.ts'
import { parseCedar } from './cedar-text.ts'
import { askCedar } from './cedar-wasm.ts'
import type { PolicySource } from './policy.ts'
import { locator, type PolicyProblem, policyError } from './problem.ts'

const LINE_WIDTH = 100
const INDENT_WIDTH = 2

/**
 * Formats the text of a policy file with Cedar's own formatter. Comments stay, each with its text;
 * what would change what a policy means, or lose a comment, is refused.
 *
 * @throws {GatewayError} `policy_unavailable` for a file that does not parse, or that the formatter
 * would change.
 */
export function formatPolicies({ file, text }: PolicySource): string {
  const before = meaningOf(file, text)
  const answer = askCedar((cedar) =>
    cedar.formatPolicies({ policyText: text, lineWidth: LINE_WIDTH, indentWidth: INDENT_WIDTH }),
  )
  if (answer.type === 'failure') {
    throw policyError(answer.errors.map(({ message }) => problem(file, message)))
  }
  const formatted = `${answer.formatted_policy.trim()}\n`
  if (meaningOf(file, formatted) !== before) {
    throw policyError([problem(file, 'formatting would change what a policy means')])
  }
  if (commentsOf(formatted).join('\n') !== commentsOf(text).join('\n')) {
    throw policyError([problem(file, 'formatting would lose a comment')])
  }
  return formatted
}

/** Over every policy in its order, with all its annotations. */
function meaningOf(file: string, text: string): Digest {
  const { policies, problems } = parseCedar(text, locator(file, text))
  if (problems.length > 0) throw policyError(problems)
  return sha256(canonicalJson(policies.map(({ json }) => json as Json)))
}

/** The text of each comment. A `//` in a string is none. */
function commentsOf(text: string): readonly string[] {
  return [...text.matchAll(/"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n\r]*/g)]
    .map(([found]) => found)
    .filter((found) => found.startsWith('/'))
    .map((comment) => comment.trimEnd())
}

function problem(file: string, message: string): PolicyProblem {
  return { file, line: 1, column: 1, message }
}
