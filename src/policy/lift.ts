import { ASSURANCES, type Assurance, type Lift } from '../kernel/access.ts'
import { mostPeople } from '../kernel/lift.ts'
import { parseMilliseconds } from './document/fields.ts'
import type { TokenProblem } from './problem.ts'
import { wordsOf } from './word-list.ts'

/** The user whom a call is for, among approvers. */
export const SELF = 'self'
/** In the place of a number: each of the approvers is represented, by a different person. */
export const EACH = 'each'
export const MAX_QUORUM = 10
/** Longer, and a pattern would be a permit that no policy file shows. */
export const MAX_PATTERN = 8 * 3_600_000
/** What holds for an approval when the policy does not say. */
const QUORUM = 1
const ASSURANCE: Assurance = 'session'
const MAX_AGE = 600_000

type Found = Readonly<Record<string, string>>

/** What the annotations of a `forbid` say of who lifts it. Each value must fit its annotation. */
export function liftOf(found: Found): Lift | undefined {
  const { liftedBy, approvers = '', quorum, maxAge = '', pattern = '' } = found
  if (liftedBy === undefined) return undefined
  return lifting({
    approvers: wordsOf(approvers),
    quorum: quorum === undefined || quorum === EACH ? quorum : Number(quorum),
    assurance: ASSURANCES.find((word) => word === found['assurance']),
    maxAge: parseMilliseconds(maxAge),
    pattern: parseMilliseconds(pattern),
  })
}

interface Said {
  readonly approvers: readonly string[]
  readonly quorum?: number | typeof EACH | undefined
  readonly assurance?: Assurance | undefined
  readonly maxAge?: number | undefined
  readonly pattern?: number | undefined
}

/** A lift, with what holds where nothing is said. Times in milliseconds. */
export function lifting({ approvers, quorum = QUORUM, assurance, maxAge, pattern }: Said): Lift {
  const names = approvers.toSorted()
  const each = quorum === EACH
  return {
    by: 'approval',
    approvers: names,
    quorum: each ? names.length : quorum,
    each,
    assurance: assurance ?? ASSURANCE,
    pattern: pattern ?? 0,
    maxAge: maxAge ?? MAX_AGE,
  }
}

/** A lift as annotations that say it, each name with its value: the other way of {@link liftOf}. */
export function liftAnnotations(lift: Lift): Readonly<Record<string, string>> {
  const { approvers, assurance, by, each, maxAge, pattern, quorum } = lift
  return {
    liftedBy: by,
    approvers: approvers.join(' '),
    quorum: each ? EACH : String(quorum),
    assurance,
    ...(pattern === 0 ? {} : { pattern: durationText(pattern) }),
    maxAge: durationText(maxAge),
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** Whole milliseconds as a policy says them: `10m`. */
export function durationText(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, one]) => milliseconds % one === 0) ?? ['ms', 1]
  return `${milliseconds / size}${unit}`
}

/** What cannot be met by anybody, though each annotation by itself is in order. */
export function contradictionsOf(lift: Lift): readonly TokenProblem[] {
  const { approvers, assurance, each, quorum } = lift
  const said = each ? EACH : String(quorum)
  const people = mostPeople(approvers)
  const found: readonly (readonly [token: string, wrong: boolean, message: string])[] = [
    [
      '@quorum',
      each && approvers.length < 2,
      '`@quorum("each")` needs several `@approvers`: one for each',
    ],
    [
      '@quorum',
      each && approvers.length > MAX_QUORUM,
      `\`@quorum("each")\` takes ${MAX_QUORUM} \`@approvers\` at most`,
    ],
    [
      '@quorum',
      !each && quorum > people,
      `\`@quorum("${said}")\` needs more people than \`@approvers\` names`,
    ],
    [
      '@assurance',
      assurance === 'client' && !approvers.includes(SELF),
      '`@assurance("client")` needs `self` among `@approvers`: only the user whom the call is for sits at the client',
    ],
    [
      '@assurance',
      assurance === 'client' && quorum > 1,
      `\`@assurance("client")\` does not go with \`@quorum("${said}")\`: one person sits at the client`,
    ],
  ]
  return found.flatMap(([token, wrong, message]) => (wrong ? [{ token, message }] : []))
}
