import type { DecisionPoint } from '../kernel/access.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { NO_FACTS } from '../kernel/facts.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { LimitDefinition } from '../kernel/limits.ts'
import { REQUEST } from './annotations.ts'
import { decide, failed } from './decide.ts'
import { type Definitions, plainDefinitions, readDefinitions } from './document/definitions.ts'
import type { ReadOptions } from './document/read-document.ts'
import type { Guard } from './guards/guard.ts'
import { slices } from './language/slices.ts'
import { loadFile, type Policy } from './load-policy.ts'
import { didYouMean } from './nearest.ts'
import { type PolicyProblem, policyError } from './problem.ts'
import { prospectsOf } from './prospects.ts'
import { requestEnvironment } from './request-environment.ts'
import { plansOf } from './screens/plans.ts'
import type { Screen } from './screens/screen.ts'

/**
 * A file of a policy folder as its reader found it. One whose name ends in `.yaml` or `.yml` is a
 * document with guards, limits and screens, any other is Cedar. The name is also used in messages.
 */
export interface PolicySource {
  readonly file: string
  readonly text: string
  /**
   * `observe`: as if `@mode("observe")` stood on each of its policies, and `mode: observe` on its screens.
   * A limit of such a document counts nothing and refuses nothing.
   */
  readonly mode?: 'observe'
}

/** What guards and screens need to know of the world, once, at load. */
export type LoadOptions = Partial<ReadOptions>

/** All policies in force, sorted by id, with what stands beside them, sorted by name. */
export interface PolicySet {
  /**
   * SHA-256 over ids, annotations and meaning of the policies, and over guards (with their folders
   * found), limits and screens: white space, comments and file order do not count.
   */
  readonly hash: Digest
  readonly policies: readonly Policy[]
  readonly guards: readonly Guard[]
  readonly limits: readonly LimitDefinition[]
  /** Those that others replace are among them. */
  readonly screens: readonly Screen[]
  /** What is odd and harmless, such as a guard that no policy looks at. */
  readonly warnings: readonly PolicyProblem[]
}

/** Part of the hash: raised when the entity model or the evaluation of a policy changes its meaning. */
const MODEL = 5
/** Without somebody who looks, no folder exists, and a guard that names one is refused. */
const NOWHERE: ReadOptions = { places: {}, realRoot: () => undefined }

/**
 * Loads policies, guards, limits and screens. Refuses everything that it does not understand, all problems at
 * once: what is ignored in a policy would permit too much.
 *
 * @throws {GatewayError} `policy_unavailable`; the message has a line `file:line:column: problem`
 * for each problem, and `data.problems` holds them as {@link PolicyProblem}.
 */
export function loadPolicies(
  sources: readonly PolicySource[],
  options: LoadOptions = {},
): PolicySet {
  const [documents, cedar] = [sources.filter(isDocument), sources.filter((one) => !isDocument(one))]
  const definitions = readDefinitions(documents, { ...NOWHERE, ...options })
  const loaded = cedar.flatMap((source) => loadFile(source, definitions.defined))
  const good = loaded
    .filter((one) => 'policy' in one)
    .sort((a, b) => compareText(a.policy.id, b.policy.id))
  const policies = good.map(({ policy }) => policy)
  const problems = [
    ...definitions.problems,
    ...loaded.flatMap((one) => ('problems' in one ? one.problems : [])),
    ...duplicates(policies),
  ]
  if (problems.length > 0) throw policyError(problems)
  // Only now: a policy with another problem may be the one that names the limit.
  const idle = uncounted(definitions, policies)
  if (idle.length > 0) throw policyError(idle)
  const { guards, limits } = enforced(definitions, documents)
  const { screens } = definitions
  const plain = plainDefinitions({ guards, limits, screens })
  return {
    hash: sha256(canonicalJson({ model: MODEL, policies: good.map(({ json }) => json), ...plain })),
    policies,
    guards: guards.map(({ item }) => item),
    limits: limits.map(({ item }) => item),
    screens,
    warnings: [...unused(definitions, policies), ...unknownReplaced(screens)],
  }
}

/**
 * The decision point over a policy set: forbid over permit, deny without a permit, deny on any
 * fault, deny what cannot be read. Pure, synchronous and total.
 */
export function decisionPoint({ hash, policies, guards, screens }: PolicySet): DecisionPoint {
  const relevant = slices(policies)
  const plans = plansOf(screens)
  return {
    hash,
    decide: (request) => {
      try {
        const environment = requestEnvironment(request, { guards })
        const candidates = relevant(environment)
        const approved = () => requestEnvironment(request, { guards, approval: 'granted' })
        return decide({ request, candidates, environment, approved, plans })
      } catch (cause) {
        return failed([{ id: REQUEST, cause }], [])
      }
    },
    screens: plans.inForce,
    visible: (request) => {
      try {
        const unknown = { ...request, arguments: {}, facts: NO_FACTS, rate: {} }
        const environment = requestEnvironment(unknown, { guards })
        const approved = () => requestEnvironment(unknown, { guards, approval: 'granted' })
        const { permit, ask } = prospectsOf(relevant(environment), environment, approved)
        return permit || ask
      } catch {
        return false
      }
    },
  }
}

/** Without the limits of documents that only observe. Their guards stay: policies look at them. */
function enforced(
  { guards, limits }: Definitions,
  documents: readonly PolicySource[],
): Pick<Definitions, 'guards' | 'limits'> {
  const observed = new Set(
    documents.filter(({ mode }) => mode === 'observe').map(({ file }) => file),
  )
  return { guards, limits: limits.filter(({ place }) => !observed.has(place.file)) }
}

function isDocument({ file }: PolicySource): boolean {
  return /\.ya?ml$/i.test(file)
}

function duplicates(policies: readonly Policy[]): readonly PolicyProblem[] {
  return policies.flatMap((policy, index) => {
    const first = policies[index - 1]
    if (first?.id !== policy.id) return []
    const message = `the id \`${policy.id}\` is already taken at ${first.file}:${first.line}`
    return [{ file: policy.file, line: policy.line, column: 1, message }]
  })
}

/** A limit that nothing is ever counted against protects nothing. */
function uncounted({ limits }: Definitions, policies: readonly Policy[]): readonly PolicyProblem[] {
  const named = new Set(policies.flatMap(({ obligations }) => obligations?.limit ?? []))
  return limits
    .filter(({ item }) => item.applies === undefined && !named.has(item.name))
    .map(({ item, place }) => ({
      ...place,
      message: `the limit \`${item.name}\` never applies: it needs \`for\`, or a permit with \`@limit("${item.name}")\``,
    }))
}

function unused({ guards }: Definitions, policies: readonly Policy[]): readonly PolicyProblem[] {
  const named = new Set(policies.flatMap(({ references }) => [...references.guards]))
  return guards
    .filter(({ item }) => !named.has(item.name))
    .map(({ item, place }) => ({
      ...place,
      message: `no policy looks at the guard \`${item.name}\``,
    }))
}

/** The stricter one holds where a name is wrong; its author believes otherwise. */
function unknownReplaced(screens: readonly Screen[]): readonly PolicyProblem[] {
  const names = screens.map(({ name }) => name)
  return screens.flatMap(({ replaces, file, line }) =>
    replaces
      .filter((name) => !names.includes(name))
      .map((name) => ({
        ...{ file, line, column: 1 },
        message: `there is no screen \`${name}\` to be replaced${didYouMean(name, names)}`,
      })),
  )
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
