import { randomBytes } from 'node:crypto'
import type { Lift } from '../../kernel/access.ts'
import type { Agent, User } from '../../kernel/accounts.ts'
import type { LiftableCall, PendingApproval } from '../../kernel/approval.ts'
import type { ApprovalBallot, ApprovalNews, PasskeySignatures } from '../../kernel/approval-desk.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { sha256 } from '../../kernel/hash.ts'
import { OPERATOR_AUTHORIZATION, type Subject, type SubjectId } from '../../kernel/subject.ts'
import { request } from '../../kernel/testing/requests.ts'
import type { Engine } from '../../store/migrations.ts'
import { storedOnce } from '../../store/once.ts'
import { openStore, type Store } from '../../store/store.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import { type ApprovalOptions, type OpenedApprovals, openApprovals } from '../approval.ts'

export const START = 1_790_000_000_000
export const MINUTE = 60_000
export const LIFT: Lift = {
  by: 'approval',
  approvers: ['group:ops'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 10 * MINUTE,
}

/** People by id, with their groups; agents by id, with their owner. */
export interface People {
  readonly users: Record<string, readonly string[]>
  readonly agents: Record<string, string>
  readonly disabled: Set<string>
}

/** Approvals on an empty database, with a clock, people and a witness that the test owns. */
export interface FreshApprovals extends FreshStore, OpenedApprovals {
  readonly clock: { now: number }
  readonly people: People
  readonly events: SecurityEvent[]
  readonly news: ApprovalNews[]
  /** Set to make the witness fail, for all events or for those that it says. */
  readonly witness: { broken: boolean | ((event: SecurityEvent) => boolean) }
  /** The same on the same database, over a connection of its own. */
  replica(options?: Partial<ApprovalOptions>): Promise<OpenedApprovals & { readonly store: Store }>
}

const NO_PASSKEYS: PasskeySignatures = {
  options: async () => undefined,
  verify: async () => undefined,
}

export async function freshApprovals(
  engine: Engine,
  options: Partial<ApprovalOptions> = {},
): Promise<FreshApprovals> {
  const fresh = await freshStore(engine)
  const clock = { now: START }
  const people: People = {
    users: { ada: [], bob: ['ops'], cy: ['ops'], dee: ['finance'], eve: [] },
    agents: { build: 'ada' },
    disabled: new Set(),
  }
  const events: SecurityEvent[] = []
  const news: ApprovalNews[] = []
  const witness: FreshApprovals['witness'] = { broken: false }
  const sealKey = randomBytes(32)
  const closing: (() => Promise<void>)[] = []
  const open = (store: Store, more: Partial<ApprovalOptions>) => {
    const opened = openApprovals({
      store,
      clock: () => clock.now,
      randomId: () => randomBytes(16).toString('base64url'),
      witness: async (event) => {
        const { broken } = witness
        if (typeof broken === 'boolean' ? broken : broken(event)) throw new Error('nobody looks')
        // What a witness does that writes to the same database: it would wait for a transaction for ever.
        await store.db.selectFrom('setting').selectAll().execute()
        events.push(event)
      },
      sealKey,
      principals: principalsOf(people),
      signatures: NO_PASSKEYS,
      once: storedOnce(store, () => clock.now),
      onNews: (one) => news.push(one),
      ...options,
      ...more,
    })
    closing.push(opened.close)
    return opened
  }
  return {
    ...fresh,
    ...open(fresh.store, {}),
    ...{ clock, people, events, news, witness },
    async replica(more = {}) {
      const store = await openStore(fresh.options)
      closing.push(store.close)
      return { ...open(store, more), store }
    },
    async remove() {
      for (const close of closing.reverse()) await close()
      await fresh.remove()
    },
  }
}

function principalsOf({ users, agents, disabled }: People): ApprovalOptions['principals'] {
  return {
    user: async (id) => {
      const groups = users[id]
      const status = disabled.has(id) ? 'disabled' : 'active'
      return groups && ({ id, name: id, status, groups, created: 0 } satisfies User)
    },
    agent: async (id) => {
      const owner = agents[id]
      return owner === undefined ? undefined : ({ id, owner } as Agent)
    },
  }
}

type Shape = Partial<Omit<LiftableCall, 'access' | 'denial'>> & {
  readonly access?: Partial<LiftableCall['access']>
  readonly lift?: Partial<Lift>
  readonly subject?: Partial<Subject>
  readonly arguments?: LiftableCall['access']['arguments']
}

/** A call of ada's to `files:write`, with what a case speaks of changed. */
export function call(shape: Shape = {}): LiftableCall {
  const { access, lift, subject, arguments: args = { path: '/srv/a', text: 'x' }, ...rest } = shape
  const usual = request('call', 'files', 'write', { arguments: args, facts: NO_FACTS })
  const who: Subject = { ...usual.subject, via: 'login', ...subject }
  return {
    call: `call-${randomBytes(6).toString('hex')}`,
    access: { ...usual, subject: who, authorization: OPERATOR_AUTHORIZATION, ...access },
    denial: {
      effect: 'deny',
      determining: [{ policy: 'writes-need-a-human' }],
      errors: [],
      lift: { ...LIFT, ...lift },
    },
    definition: sha256('definition'),
    policies: 'policies-1',
    ...rest,
  }
}

export function agent(id: string): Partial<Subject> {
  return { kind: 'agent', id: id as SubjectId, via: 'client-credentials' }
}

/** Asks, and expects that people are asked. */
export async function asked(
  { approvals }: Pick<OpenedApprovals, 'approvals'>,
  of: LiftableCall,
): Promise<PendingApproval> {
  const answer = await approvals.ask(of)
  if (answer.kind !== 'pending') throw new Error(`it is ${JSON.stringify(answer)}`)
  return answer.approval
}

/** A ballot in the console. */
export function ballot(
  user: string,
  { digest }: { readonly digest: string },
  more: Partial<ApprovalBallot> = {},
): ApprovalBallot {
  return {
    user: { id: user as SubjectId, groups: [] },
    by: { subject: `user:${user}`, client: 'bailiwick-console', grant: '' },
    verdict: 'approve',
    channel: 'console',
    digest,
    ...more,
  }
}

/** Names of what was witnessed, with refusals marked. */
export function names(events: readonly SecurityEvent[]): readonly string[] {
  return events.map(({ event, outcome }) => `${event}${outcome === 'done' ? '' : ' (refused)'}`)
}
