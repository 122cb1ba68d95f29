import type { AccessRequest, Action, Target } from '../../kernel/access.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { OPERATOR_AUTHORIZATION, type Subject } from '../../kernel/subject.ts'
import { type Slices, slices } from '../language/slices.ts'
import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import {
  type Foreseen,
  foresee,
  isForbid,
  prospectsOf,
  surelyFaults,
  surelyHolds,
} from '../prospects.ts'
import { requestEnvironment } from '../request-environment.ts'

/**
 * What a subject may do to a target. `permit`: with any arguments that can be read, and that no screen
 * stops. `never`: with none. `ask`: with none before a human approves, and with some then, as far as is
 * known. `depends`: on arguments, and on what hangs on them or came before.
 */
export type Access = 'permit' | 'ask' | 'depends' | 'never'

export interface MatrixRow {
  readonly subject: Subject
  readonly target: Target
  readonly action: Action
  readonly access: Access
  /** Ids of the policies that say so, sorted; empty where no permit is about it. */
  readonly by: readonly string[]
}

export interface MatrixOptions {
  /** When; policies may look at the time. */
  readonly time?: number
  readonly client?: AccessRequest['client']
  /** By what right; the operator's own unless told. */
  readonly authorization?: AccessRequest['authorization']
}

const ACTION: Readonly<Record<Target['kind'], Action>> = {
  tool: 'call',
  resource: 'read',
  prompt: 'get',
}
const CLIENT = { name: '', version: '' }

/**
 * Who may do what: a row for every subject and target, in their order. Nothing is tried out: what
 * holds for all arguments is known from the policies alone, so `permit` and `never` are certain, and
 * `depends` may turn out to be either.
 */
export function accessMatrix(
  set: PolicySet,
  subjects: readonly Subject[],
  targets: readonly Target[],
  { time = 0, client = CLIENT, authorization = OPERATOR_AUTHORIZATION }: MatrixOptions = {},
): readonly MatrixRow[] {
  const relevant = slices(set.policies)
  return subjects.flatMap((subject) =>
    targets.map((target) => {
      const action = ACTION[target.kind]
      const request = {
        subject,
        authorization,
        client,
        action,
        target,
        time,
      }
      return { subject, target, action, ...accessOf(set, request, relevant) }
    }),
  )
}

type Unasked = Omit<AccessRequest, 'arguments' | 'facts' | 'rate'>
type Answer = Pick<MatrixRow, 'access' | 'by'>

function accessOf(set: PolicySet, request: Unasked, relevant: Slices<Policy>): Answer {
  const full: AccessRequest = { ...request, arguments: {}, facts: NO_FACTS, rate: {} }
  try {
    const { guards } = set
    const environment = requestEnvironment(full, { guards })
    const candidates = relevant(environment)
    const prospects = prospectsOf(candidates, environment, () =>
      requestEnvironment(full, { guards, approval: 'granted' }),
    )
    const foreseen = foresee(candidates, environment)
    if (prospects.permit) return possible(foreseen)
    return prospects.ask ? asked(foreseen) : never(foreseen)
  } catch {
    // Such a request is denied before any policy sees it.
    return { access: 'never', by: [] }
  }
}

/** Some arguments may be permitted; whether all are is another question. */
function possible(foreseen: readonly Foreseen[]): Answer {
  const permits = foreseen.filter((one) => !isForbid(one) && one.ends.true)
  const inTheWay = foreseen.filter((one) => one.ends.fault || (isForbid(one) && one.ends.true))
  const sure = permits.filter(surelyHolds)
  if (sure.length > 0 && inTheWay.length === 0) return answer('permit', sure)
  return answer('depends', [...permits, ...inTheWay])
}

function asked(foreseen: readonly Foreseen[]): Answer {
  const forbids = foreseen.filter((one) => isForbid(one) && one.ends.true)
  const certain = forbids.filter(surelyHolds)
  return answer('ask', certain.length > 0 ? certain : forbids)
}

function never(foreseen: readonly Foreseen[]): Answer {
  const faults = foreseen.filter(surelyFaults)
  const certain = foreseen.filter((one) => isForbid(one) && surelyHolds(one))
  return answer('never', faults.length > 0 ? faults : certain)
}

function answer(access: Access, foreseen: readonly Foreseen[]): Answer {
  return { access, by: [...new Set(foreseen.map(({ policy }) => policy.id))].sort() }
}
