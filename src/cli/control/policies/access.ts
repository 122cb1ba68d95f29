import type {
  AccessScope,
  AccessTable,
  Draft,
  DraftDiff,
  Policies,
} from '../../../admin/policies/ports.ts'
import { subjectName } from '../../../kernel/subject.ts'
import { policyDiff } from '../../../policy/diff.ts'
import { accessMatrix, type MatrixRow } from '../../../policy/matrix/access-matrix.ts'
import type { PolicySet } from '../../../policy/policy.ts'
import { idOf } from '../../../policy/schema/definitions.ts'
import { subjectsOf, targetsOf } from '../../policy/access-scope.ts'
import type { KnownOffers } from '../offers.ts'
import { type DraftParts, loadDraft } from './drafts.ts'

/** Pairs of a subject and a tool that are looked at. */
const MOST_CELLS = 20_000

interface Parts extends DraftParts {
  readonly offers: () => KnownOffers
  readonly inForce: () => PolicySet
}

/** Who may do what, and what a draft changes of it. */
export function accessPorts(parts: Parts): Pick<Policies, 'matrix' | 'diff'> {
  const { offers, inForce } = parts
  return {
    async matrix(draft, scope): Promise<AccessTable> {
      const set = draft === undefined ? inForce() : (await loadDraft(parts, draft)).set
      const { subjects, targets, ...rest } = asked(offers(), scope)
      const cells = accessMatrix(set, subjects, targets).map(({ access, by, ...row }) => ({
        ...namesOf(row),
        access,
        by,
      }))
      return { hash: set.hash, cells, ...rest }
    },
    async diff(draft: Draft, scope: AccessScope): Promise<DraftDiff> {
      const before = inForce()
      const { set: after } = await loadDraft(parts, draft)
      const { unlisted, subjects, targets } = asked(offers(), scope)
      const { access, ...rest } = policyDiff(before, after, { subjects, targets })
      const changed = access.map(({ subject, target, before: was, after: now, by }) => ({
        ...namesOf({ subject, target }),
        ...{ before: was, after: now, by },
      }))
      return { before: before.hash, after: after.hash, ...rest, access: changed, unlisted }
    },
  }
}

function asked({ definitions, unlisted }: KnownOffers, { subjects, groups, server }: AccessScope) {
  const who = subjectsOf(subjects, groups)
  const all = targetsOf(definitions, server)
  const targets = all.slice(0, Math.floor(MOST_CELLS / who.length))
  return { subjects: who, targets, unlisted, truncated: targets.length < all.length }
}

function namesOf({ subject, target }: Pick<MatrixRow, 'subject' | 'target'>) {
  return { subject: subjectName(subject), target: idOf(target) }
}
