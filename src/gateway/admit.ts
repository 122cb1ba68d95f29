import type { AccessRequest, Decision, Determining } from '../kernel/access.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Response } from '../mcp/message.ts'
import { checkScope } from './check-scope.ts'
import type { Trace } from './conclude.ts'
import { exceeded, NOTHING_USED, usedBy } from './use.ts'

/** What is needed to decide on a call, and to take room for it. */
interface Admitting {
  readonly limits: Limits
  readonly decide: (request: AccessRequest) => Decision
  /** Whether a denial holds for a server, or is only noted. */
  readonly enforces: (server: string) => boolean
}

/** Stands for the operator's word that a server is only observed. */
const OBSERVED: Determining = {
  policy: 'observe-mode',
  reason: 'the operator only observes this server',
}

/** Decides, and takes room for what is permitted: a limit without room denies. */
export async function admit(
  stages: Admitting,
  access: AccessRequest,
  trace: Trace,
): Promise<Decision> {
  const decision = await take(stages, access, trace)
  if (decision.effect === 'permit' || stages.enforces(access.target.server)) return decision
  // Policies are only observed; what a person consented to holds everywhere.
  checkScope(access)
  return { effect: 'permit', determining: [OBSERVED], observed: decision }
}

async function take(stages: Admitting, access: AccessRequest, trace: Trace): Promise<Decision> {
  const decision = stages.decide(access)
  if (decision.effect === 'deny') return decision
  // After the decision: nobody shall be asked to consent to what is denied all the same.
  checkScope(access)
  const taken = await stages.limits.reserve(access, decision.obligations?.limit ?? [])
  if ('limit' in taken) return exceeded(taken)
  trace.reservation = taken
  return decision
}

/** A call that failed: what never left does not count. */
export function giveBack({ limits }: Admitting, { reservation, dispatched }: Trace): void {
  if (reservation === undefined) return
  if (dispatched) limits.settle(reservation, () => NOTHING_USED)
  else limits.release(reservation)
}

export function settle({ limits }: Admitting, { reservation }: Trace, response: Response): void {
  if (reservation) limits.settle(reservation, () => usedBy(response))
}
