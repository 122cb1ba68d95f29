import type { AccessRequest, Action, Target } from '../../kernel/access.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { OPERATOR_AUTHORIZATION, type Subject } from '../../kernel/subject.ts'
import type { Ends } from '../language/approximate.ts'
import type { Environment } from '../language/environment.ts'
import { type Slices, slices } from '../language/slices.ts'
import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import { requestEnvironment } from '../request-environment.ts'

/**
 * What a subject may do to a target. `permit`: with any arguments that can be read. `never`:
 * with none. `ask`: with none before a human approves, and the call may be permitted then. `depends`:
 * on arguments, and on what hangs on them or came before.
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
    const surroundings = { guards: set.guards, approval: 'none' } as const
    const environment = requestEnvironment(full, surroundings)
    const answer = judge(relevant(environment), environment)
    if (answer.access !== 'ask') return answer
    const approved = requestEnvironment(full, { ...surroundings, approval: 'granted' })
    const after = judge(relevant(approved), approved)
    return after.access === 'permit' || after.access === 'depends'
      ? answer
      : { access: 'never', by: answer.by }
  } catch {
    // Such a request is denied before any policy sees it.
    return { access: 'never', by: [] }
  }
}

interface Judged {
  readonly policy: Policy
  readonly ends: Ends
}

function judge(candidates: readonly Policy[], environment: Environment): Answer {
  const judged = candidates
    .filter(({ mode }) => mode === 'enforce')
    .map((policy): Judged => ({ policy, ends: policy.compiled.mayApply(environment) }))
  const [permits, forbids] = [byEffect(judged, 'permit'), byEffect(judged, 'forbid')]
  const faulting = judged.filter(({ ends }) => ends.fault && !ends.true && !ends.false)
  if (faulting.length > 0) return answer('never', faulting)
  const certain = forbids.filter(({ ends }) => isCertain(ends))
  if (certain.length > 0) return forbidden(certain)
  const possible = permits.filter(({ ends }) => ends.true)
  if (possible.length === 0) return answer('never', [])
  const inTheWay = judged.filter(
    ({ policy, ends }) => ends.fault || (policy.rule.effect === 'forbid' && ends.true),
  )
  const sure = possible.filter(({ ends }) => isCertain(ends))
  if (sure.length > 0 && inTheWay.length === 0) return answer('permit', sure)
  return answer('depends', [...possible, ...inTheWay])
}

/** Whoever is asked has to be someone whom all forbids name. */
function forbidden(certain: readonly Judged[]): Answer {
  const lifts = certain.flatMap(({ policy }) => policy.lift ?? [])
  const [first, ...others] = lifts
  const shared = first?.approvers.some((name) =>
    others.every(({ approvers }) => approvers.includes(name)),
  )
  const liftable = lifts.length === certain.length && shared === true
  return answer(liftable ? 'ask' : 'never', certain)
}

function byEffect(judged: readonly Judged[], effect: 'permit' | 'forbid'): readonly Judged[] {
  return judged.filter(({ policy }) => policy.rule.effect === effect)
}

function isCertain({ true: holds, false: fails, fault }: Ends): boolean {
  return holds && !fails && !fault
}

function answer(access: Access, judged: readonly Judged[]): Answer {
  return { access, by: [...new Set(judged.map(({ policy }) => policy.id))].sort() }
}
