import { ASSURANCES, type Lift, type Obligations } from '../kernel/access.ts'
import { NAME, parseMilliseconds } from './document/fields.ts'
import { contradictionsOf, EACH, liftOf, MAX_PATTERN, MAX_QUORUM } from './lift.ts'
import { didYouMean } from './nearest.ts'
import type { TokenProblem } from './problem.ts'
import { listOf, namesOf, wordsOf } from './word-list.ts'

/** What a policy says about itself. */
export interface Annotations {
  readonly id: string
  /** Public: shown to the model and its user. */
  readonly reason: string | undefined
  readonly remedy: string | undefined
  /** `observe`: what it comes to is recorded, and changes nothing. */
  readonly mode: 'enforce' | 'observe'
  /** Who may lift this forbid, and how. */
  readonly lift: Lift | undefined
  /** What this permit asks for. */
  readonly obligations: Obligations | undefined
  /** Whether this permit holds for arguments that cannot be read. */
  readonly acceptsUnparsable: boolean
}

/** Ids of the rules that no policy can write. */
export const NO_PERMIT = 'no-permit'
export const POLICY_ERROR = 'policy-error'
export const UNPARSABLE = 'unparsable'
/** Stands for a policy in `errors` when the request itself cannot be put to any. */
export const REQUEST = 'request'

const RESERVED: ReadonlySet<string> = new Set([NO_PERMIT, POLICY_ERROR, UNPARSABLE, REQUEST])
const MAX_TEXT = 300

type Effect = 'permit' | 'forbid'

interface Known {
  /** On what it may stand; absent: on both. */
  readonly on?: Effect
  /** The annotation that it says more about. */
  readonly with?: string
  readonly fits: (value: string) => boolean
  /** What it needs, after "needs". */
  readonly needs: string
}

const text: Known = {
  fits: (value) => value !== '' && value.length <= MAX_TEXT && !/\p{Cc}/u.test(value),
  needs: `one line of 1 to ${MAX_TEXT} characters`,
}

/** Every annotation that there is. */
export const ANNOTATIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  [
    'id',
    {
      fits: (value) => NAME.test(value),
      needs: '1 to 64 letters, digits, `-`, `_` or `.`, and begins with a letter or digit',
    },
  ],
  ['reason', text],
  ['remedy', text],
  ['mode', { fits: (value) => value === 'observe', needs: 'the word `observe`' }],
  [
    'liftedBy',
    { on: 'forbid', fits: (value) => value === 'approval', needs: 'the word `approval`' },
  ],
  [
    'approvers',
    {
      on: 'forbid',
      with: 'liftedBy',
      fits: listOf(/^(self|(group|user):[^\s:]\S{0,127})$/),
      needs: '`group:name`, `user:id` or `self`, and spaces between several',
    },
  ],
  [
    'quorum',
    {
      on: 'forbid',
      with: 'liftedBy',
      fits: (value) => value === EACH || (/^[1-9]\d?$/.test(value) && Number(value) <= MAX_QUORUM),
      needs: `a number from 1 to ${MAX_QUORUM}, or the word \`${EACH}\``,
    },
  ],
  [
    'assurance',
    {
      on: 'forbid',
      with: 'liftedBy',
      fits: (value) => ASSURANCES.some((word) => word === value),
      needs: `one of ${ASSURANCES.map((word) => `\`${word}\``).join(', ')}`,
    },
  ],
  [
    'pattern',
    {
      on: 'forbid',
      with: 'liftedBy',
      fits: (value) => (parseMilliseconds(value) ?? Number.POSITIVE_INFINITY) <= MAX_PATTERN,
      needs: 'a duration such as `30m`, of `8h` at most',
    },
  ],
  [
    'maxAge',
    {
      on: 'forbid',
      with: 'liftedBy',
      fits: (value) => parseMilliseconds(value) !== undefined,
      needs: 'a duration such as `10m`',
    },
  ],
  [
    'redact',
    {
      on: 'permit',
      fits: listOf(/^[^\p{C}]{1,128}$/u, namesOf),
      needs: 'names of members, such as `ssn,iban`',
    },
  ],
  [
    'mark',
    { on: 'permit', fits: listOf(NAME), needs: 'words of letters and digits, such as `external`' },
  ],
  ['limit', { on: 'permit', fits: listOf(NAME), needs: 'names of limits, such as `mail-day`' }],
  [
    'accepts',
    { on: 'permit', fits: (value) => value === 'unparsable', needs: 'the word `unparsable`' },
  ],
])

/** Reads a policy's annotations, or says what is wrong with them. */
export function readAnnotations(
  found: Readonly<Record<string, string>>,
  effect: Effect,
): Annotations | { readonly problems: readonly TokenProblem[] } {
  const problems = Object.entries(found).flatMap(([name, value]) => {
    const message = problemOf(name, value, found, effect)
    return message === undefined ? [] : [{ token: `@${name}`, message }]
  })
  const { id, reason, remedy } = found
  if (id === undefined) {
    return { problems: [...problems, { token: '', message: 'a policy needs `@id("…")`' }] }
  }
  if (problems.length > 0) return { problems }
  const lift = liftOf(found)
  const contradictions = lift === undefined ? [] : contradictionsOf(lift)
  if (contradictions.length > 0) return { problems: contradictions }
  return {
    id,
    reason,
    remedy,
    mode: found['mode'] === undefined ? 'enforce' : 'observe',
    lift,
    obligations: obligationsOf(found),
    acceptsUnparsable: found['accepts'] !== undefined,
  }
}

function problemOf(
  name: string,
  value: string,
  found: Readonly<Record<string, string>>,
  effect: Effect,
): string | undefined {
  const known = ANNOTATIONS.get(name)
  if (known === undefined) {
    return `the annotation \`@${name}\` is unknown${didYouMean(name, ANNOTATIONS.keys())}`
  }
  if (known.on !== undefined && known.on !== effect) {
    return `\`@${name}\` stands on a \`${known.on}\` only`
  }
  if (known.with !== undefined && !Object.hasOwn(found, known.with)) {
    return `\`@${name}\` needs \`@${known.with}\` beside it`
  }
  if (name === 'liftedBy' && !Object.hasOwn(found, 'approvers')) {
    return '`@liftedBy` needs `@approvers` beside it'
  }
  if (name === 'id' && RESERVED.has(value)) return `the id \`${value}\` is reserved`
  return known.fits(value) ? undefined : `\`@${name}\` needs ${known.needs}`
}

function obligationsOf(found: Readonly<Record<string, string>>): Obligations | undefined {
  const { redact, mark, limit } = found
  if (redact === undefined && mark === undefined && limit === undefined) return undefined
  return {
    redact: redact === undefined ? [] : namesOf(redact).toSorted(),
    mark: wordsOf(mark ?? '').toSorted(),
    limit: wordsOf(limit ?? '').toSorted(),
  }
}
