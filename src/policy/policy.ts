import type { DecisionPoint } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { NO_FACTS } from '../kernel/facts.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import { REQUEST } from './annotations.ts'
import { decide, failed, isVisible } from './decide.ts'
import { slices } from './language/slices.ts'
import { loadFile, type Policy } from './load-policy.ts'
import { type PolicyProblem, policyError } from './problem.ts'
import { requestEnvironment } from './request-environment.ts'

/** A file of policies as its reader found it. `file` is only used in messages. */
export interface PolicySource {
  readonly file: string
  readonly text: string
}

/** All policies in force, sorted by id. */
export interface PolicySet {
  /** SHA-256 over ids, annotations and meaning: white space, comments and file order do not count. */
  readonly hash: Digest
  readonly policies: readonly Policy[]
}

/** Part of the hash: raised when the entity model or the evaluation of a policy changes its meaning. */
const MODEL = 1

/**
 * Loads Cedar policies. Refuses everything that it does not understand, all problems at once: what
 * is ignored in a policy would permit too much.
 *
 * @throws {GatewayError} `policy_unavailable`; the message has a line `file:line:column: problem`
 * for each problem, and `data.problems` holds them as {@link PolicyProblem}.
 */
export function loadPolicies(sources: readonly PolicySource[]): PolicySet {
  const loaded = sources.flatMap(({ file, text }) => loadFile(file, text))
  const good = loaded
    .filter((one) => 'policy' in one)
    .sort((a, b) => compareText(a.policy.id, b.policy.id))
  const policies = good.map(({ policy }) => policy)
  const problems = [
    ...loaded.flatMap((one) => ('problems' in one ? one.problems : [])),
    ...duplicates(policies),
  ]
  if (problems.length > 0) throw policyError(problems)
  const hash = sha256(canonicalJson({ model: MODEL, policies: good.map(({ json }) => json) }))
  return { hash, policies }
}

/**
 * The decision point over a policy set: forbid over permit, deny without a permit, deny on any
 * fault. Pure, synchronous and total.
 */
export function decisionPoint({ hash, policies }: PolicySet): DecisionPoint {
  const relevant = slices(policies)
  return {
    hash,
    decide: (request) => {
      try {
        const environment = requestEnvironment(request)
        return decide(request, relevant(environment), environment)
      } catch (cause) {
        return failed([{ id: REQUEST, cause }], [])
      }
    },
    visible: (request) => {
      try {
        const environment = requestEnvironment({
          ...request,
          arguments: {},
          facts: NO_FACTS,
          rate: {},
        })
        return isVisible(relevant(environment), environment)
      } catch {
        return false
      }
    },
  }
}

function duplicates(policies: readonly Policy[]): readonly PolicyProblem[] {
  return policies.flatMap((policy, index) => {
    const first = policies[index - 1]
    if (first?.id !== policy.id) return []
    const message = `the id \`${policy.id}\` is already taken at ${first.file}:${first.line}`
    return [{ file: policy.file, line: policy.line, column: 1, message }]
  })
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
