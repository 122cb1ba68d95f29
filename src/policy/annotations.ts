import { didYouMean } from './nearest.ts'
import type { TokenProblem } from './problem.ts'

/** What a policy says about itself. */
export interface Annotations {
  readonly id: string
  /** Public: shown to the model and its user. */
  readonly reason: string | undefined
  readonly remedy: string | undefined
}

/** Ids of the rules that no policy can write: deny without a permit, deny on a fault. */
export const NO_PERMIT = 'no-permit'
export const POLICY_ERROR = 'policy-error'
/** Stands for a policy in `errors` when the request itself cannot be put to any. */
export const REQUEST = 'request'

const KNOWN: ReadonlySet<string> = new Set(['id', 'reason', 'remedy'])
const RESERVED: ReadonlySet<string> = new Set([NO_PERMIT, POLICY_ERROR, REQUEST])
/** Names that are kept for obligations and approvals: refused, because ignoring them would permit too much. */
const PLANNED: ReadonlySet<string> = new Set([
  'liftedBy',
  'approvers',
  'quorum',
  'maxAge',
  'redact',
  'mark',
  'limit',
])
const MAX_TEXT = 300

/** Reads a policy's annotations, or says what is wrong with them. */
export function readAnnotations(
  found: Readonly<Record<string, string>>,
): Annotations | { readonly problems: readonly TokenProblem[] } {
  const problems = Object.entries(found).flatMap(([name, value]) => {
    const message = nameProblem(name) ?? valueProblem(name, value)
    return message === undefined ? [] : [{ token: `@${name}`, message }]
  })
  const { id, reason, remedy } = found
  if (id === undefined) {
    return { problems: [...problems, { token: '', message: 'a policy needs `@id("…")`' }] }
  }
  return problems.length > 0 ? { problems } : { id, reason, remedy }
}

function nameProblem(name: string): string | undefined {
  if (KNOWN.has(name)) return undefined
  if (PLANNED.has(name)) return `the annotation \`@${name}\` is not supported yet`
  return `the annotation \`@${name}\` is unknown${didYouMean(name, [...KNOWN, ...PLANNED])}`
}

function valueProblem(name: string, value: string): string | undefined {
  if (name !== 'id') {
    if (value !== '' && value.length <= MAX_TEXT && !/\p{Cc}/u.test(value)) return undefined
    return `\`@${name}\` needs one line of 1 to ${MAX_TEXT} characters`
  }
  if (RESERVED.has(value)) return `the id \`${value}\` is reserved`
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return undefined
  return '`@id` needs 1 to 64 letters, digits, `-`, `_` or `.`, and begins with a letter or digit'
}
