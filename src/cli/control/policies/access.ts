import type {
  AccessScope,
  AccessTable,
  Draft,
  DraftDiff,
  Policies,
} from '../../../admin/policies/ports.ts'
import type { PolicySource } from '../../../policy/policy.ts'
import { subjectsOf, targetsOf } from '../../policy/access-scope.ts'
import type { KnownOffers } from '../offers.ts'
import { type DraftParts, draftSources } from './drafts.ts'

/** Pairs of a subject and a tool that are looked at. */
const MOST_CELLS = 20_000

interface Parts extends DraftParts {
  readonly offers: () => KnownOffers
  /** The texts of what is in force. */
  readonly inForce: () => readonly PolicySource[]
}

/** Who may do what, and what a draft changes of it. */
export function accessPorts(parts: Parts): Pick<Policies, 'matrix' | 'diff'> {
  const { offers, inForce, thread } = parts
  const { places } = parts.config
  return {
    async matrix(draft, scope): Promise<AccessTable> {
      const sources = draft === undefined ? inForce() : (await draftSources(parts, draft)).sources
      const { subjects, targets, ...rest } = asked(offers(), scope)
      const table = await thread.ask('matrix', { places, sources, subjects, targets })
      return { ...table, ...rest }
    },
    async diff(draft: Draft, scope: AccessScope): Promise<DraftDiff> {
      const { sources: after } = await draftSources(parts, draft)
      const { unlisted, subjects, targets } = asked(offers(), scope)
      const question = { places, before: inForce(), after, subjects, targets }
      return { ...(await thread.ask('diff', question)), unlisted }
    },
  }
}

function asked({ definitions, unlisted }: KnownOffers, { subjects, groups, server }: AccessScope) {
  const who = subjectsOf(subjects, groups)
  const all = targetsOf(definitions, server)
  const targets = all.slice(0, Math.floor(MOST_CELLS / who.length))
  return { subjects: who, targets, unlisted, truncated: targets.length < all.length }
}
