import type { ExplainedCall } from '../../../admin/admin.ts'
import type { CallEvidence } from '../../../admin/calls/ports.ts'
import type {
  AccessTable,
  DraftCheck,
  DraftDiff,
  TestedDraft,
} from '../../../admin/policies/ports.ts'
import type { Config } from '../../../config/config.ts'
import type { Target } from '../../../kernel/access.ts'
import type { Subject } from '../../../kernel/subject.ts'
import { subjectName } from '../../../kernel/subject.ts'
import { policyDiff } from '../../../policy/diff.ts'
import { accessMatrix, type MatrixRow } from '../../../policy/matrix/access-matrix.ts'
import type { PolicySource } from '../../../policy/policy.ts'
import { idOf } from '../../../policy/schema/definitions.ts'
import { MANAGED } from '../../managed-policies.ts'
import { loadTogether } from '../../policy-files.ts'
import { explained } from '../explained.ts'
import type { KnownOffers } from '../offers.ts'
import { checkSources } from './check-draft.ts'
import { type DraftSources, loadSound } from './drafts.ts'
import { testSources } from './test-draft.ts'

interface Loaded {
  readonly places: Config['places']
  readonly sources: readonly PolicySource[]
}

interface Scope {
  readonly subjects: readonly Subject[]
  readonly targets: readonly Target[]
}

/** What is said of policies: each question holds all that its answer is made of, and both can be sent. */
export const DRAFT_TASKS = {
  check: ({
    places,
    found,
    offers,
  }: {
    readonly places: Config['places']
    readonly found: DraftSources
    readonly offers: KnownOffers
  }): DraftCheck => checkSources({ places }, found, offers),

  test: ({
    config,
    found,
  }: {
    readonly config: Pick<Config, 'places' | 'servers'>
    readonly found: DraftSources
  }): Promise<TestedDraft> => testSources(config, found),

  /** How many policies of the console there are in a set that can be loaded, and its hash. */
  load: ({ places, sources }: Loaded): { readonly hash: string; readonly managed: number } => {
    const { hash, policies } = loadSound({ places }, sources)
    return { hash, managed: policies.filter(({ file }) => file.startsWith(MANAGED)).length }
  },

  matrix: ({
    places,
    sources,
    subjects,
    targets,
    time,
  }: Loaded & Scope & { readonly time?: number }): Pick<AccessTable, 'hash' | 'cells'> => {
    const set = loadSound({ places }, sources)
    const cells = accessMatrix(set, subjects, targets, time === undefined ? {} : { time })
    return {
      hash: set.hash,
      cells: cells.map(({ access, by, ...row }) => ({ ...namesOf(row), access, by })),
    }
  },

  diff: ({
    places,
    before,
    after,
    ...scope
  }: Scope & {
    readonly places: Config['places']
    readonly before: readonly PolicySource[]
    readonly after: readonly PolicySource[]
  }): Omit<DraftDiff, 'unlisted'> => {
    const [old, now] = [loadSound({ places }, before), loadSound({ places }, after)]
    const { access, ...rest } = policyDiff(old, now, scope)
    const changed = access.map(({ subject, target, before: was, after: is, by }) => ({
      ...namesOf({ subject, target }),
      ...{ before: was, after: is, by },
    }))
    return { before: old.hash, after: now.hash, ...rest, access: changed }
  },

  /** @throws GatewayError `policy_unavailable` */
  replay: ({
    places,
    sources,
    call,
  }: Loaded & { readonly call: CallEvidence }): ExplainedCall | undefined =>
    explained(call, { set: loadTogether({ places }, sources), sources }),
} as const

function namesOf({ subject, target }: Pick<MatrixRow, 'subject' | 'target'>) {
  return { subject: subjectName(subject), target: idOf(target) }
}

type Tasks = typeof DRAFT_TASKS
export type DraftTask = keyof Tasks
export type DraftQuestion<Task extends DraftTask> = Parameters<Tasks[Task]>[0]
export type DraftAnswer<Task extends DraftTask> = Awaited<ReturnType<Tasks[Task]>>
