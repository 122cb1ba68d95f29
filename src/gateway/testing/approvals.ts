import type {
  AccessRequest,
  CallApproval,
  Decision,
  DecisionPoint,
  Lift,
} from '../../kernel/access.ts'
import type {
  ApprovalAnswer,
  Approvals,
  LiftableCall,
  PendingApproval,
} from '../../kernel/approval.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Json } from '../../kernel/json.ts'
import { NO_SCREENS } from '../../kernel/screening.ts'
import { holderOf } from '../../kernel/subject.ts'

export const LIFT: Lift = {
  by: 'approval',
  approvers: ['group:owners'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 600_000,
}
/** The word of the person at the client suffices. */
export const SELF: Lift = { ...LIFT, approvers: ['self'], assurance: 'client' }

/** Everything is denied until a human approves it, but for what `free` says. */
export function liftedBy(
  lift: Lift | ((request: AccessRequest) => Lift | undefined),
  hash = () => 'hash',
): DecisionPoint {
  const determining = [{ policy: 'ask-first', reason: 'it deletes things' }]
  return {
    get hash() {
      return hash()
    },
    decide(request): Decision {
      const needed = typeof lift === 'function' ? lift(request) : lift
      if (needed === undefined || request.approval) return { effect: 'permit', determining }
      return { effect: 'deny', determining, errors: [], lift: needed }
    },
    visible: () => true,
    screens: () => NO_SCREENS,
  }
}

interface Asked {
  readonly pending: PendingApproval
  readonly key: string
  state: 'pending' | 'approved' | 'used' | 'declined'
  readonly wake: Set<() => void>
}

export interface FakeDesk extends Approvals {
  /** Ids in the order in which they were made. */
  readonly ids: readonly string[]
  readonly calls: readonly LiftableCall[]
  /** Who waits at this moment. */
  readonly waiting: number
  readonly used: readonly string[]
  approve(id?: string): void
  decline(id?: string): void
  /** Resolves when as many wait. */
  awaited(count?: number): Promise<void>
}

/** The port in memory: one request for each call, bound to all that it may not change. */
export function fakeDesk(kind: CallApproval['kind'] = 'once'): FakeDesk {
  const requests = new Map<string, Asked>()
  const calls: LiftableCall[] = []
  const used: string[] = []
  const watchers = new Set<() => void>()
  let waiting = 0

  const answerOf = ({ pending, state }: Asked): ApprovalAnswer => {
    if (state === 'pending') return { kind: 'pending', approval: pending }
    if (state === 'approved')
      return {
        kind: 'granted',
        approval: { id: pending.id, kind, digest: pending.digest, by: ['bo'] },
      }
    const message = state === 'used' ? 'it was used' : 'a person declined it'
    return { kind: 'refused', why: state === 'used' ? 'void' : 'declined', message, id: pending.id }
  }
  const own = (call: LiftableCall, id: string): Asked | undefined => {
    const found = requests.get(id)
    return found?.key === keyOf(call) ? found : undefined
  }
  const settle = (id: string | undefined, state: Asked['state']): void => {
    const found = requests.get(id ?? [...requests.keys()].at(-1) ?? '')
    if (found?.state !== 'pending') throw new Error('nothing to answer')
    found.state = state
    for (const wake of found.wake) wake()
  }
  const foreign: ApprovalAnswer = { kind: 'refused', why: 'void', message: 'not this call' }

  return {
    calls,
    used,
    get ids() {
      return [...requests.keys()]
    },
    get waiting() {
      return waiting
    },
    approve: (id) => settle(id, 'approved'),
    decline: (id) => settle(id, 'declined'),
    async awaited(count = 1) {
      while (waiting < count) await new Promise<void>((resolve) => watchers.add(resolve))
    },
    async ask(call) {
      calls.push(call)
      const key = keyOf(call)
      const found = [...requests.values()].findLast(
        (one) => one.key === key && one.state !== 'used',
      )
      if (found) return answerOf(found)
      const id = `request-${requests.size + 1}`
      const { lift } = call.denial
      const byClient = lift.assurance === 'client'
      const pending = { id, digest: sha256(key), expires: 4_000_000_000_000, lift, byClient }
      const asked: Asked = { pending, key, state: 'pending', wake: new Set() }
      requests.set(id, asked)
      return answerOf(asked)
    },
    async wait(call, id, patience, signal) {
      const found = own(call, id)
      if (!found) return foreign
      if (found.state !== 'pending' || patience <= 0 || signal.aborted) return answerOf(found)
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, patience)
      signal.addEventListener('abort', () => resolve(), { once: true })
      found.wake.add(resolve)
      waiting += 1
      for (const watcher of watchers) watcher()
      await promise
      waiting -= 1
      clearTimeout(timer)
      return answerOf(found)
    },
    async answeredByClient(call, id, verdict) {
      const found = own(call, id)
      if (!found) return foreign
      if (found.pending.byClient && found.state === 'pending')
        settle(id, verdict === 'approve' ? 'approved' : 'declined')
      return answerOf(found)
    },
    async use(call, approval) {
      const found = own(call, approval.id)
      if (found?.state !== 'approved' || found.pending.digest !== approval.digest) return false
      if (kind === 'once') found.state = 'used'
      used.push(call.call)
      return true
    },
  }
}

function keyOf({ access, denial, definition, policies, forwarded }: LiftableCall): string {
  const { subject, authorization, action, target, arguments: args } = access
  const { lift } = denial
  const holder = holderOf(subject, authorization)
  const { server, name } = target
  const bound = { holder, action, server, name, args, definition, policies, lift, forwarded }
  return canonicalJson(bound as unknown as Json)
}
