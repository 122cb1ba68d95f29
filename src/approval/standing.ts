import type { Lift } from '../kernel/access.ts'
import type { ApprovalSummary } from '../kernel/approval-desk.ts'
import type { Subject } from '../kernel/subject.ts'

type Asked = Pick<ApprovalSummary, 'lift' | 'requesters' | 'self'>

/** For which of the named approvers a person can stand, or why for none. */
export function standingOf(
  { lift, requesters, self }: Asked,
  { id, groups }: Pick<Subject, 'id' | 'groups'>,
): { readonly words: readonly string[] } | { readonly refused: 'own-call' | 'not-approver' } {
  if (requesters.includes(id) && !lift.approvers.includes('self')) return { refused: 'own-call' }
  const words = lift.approvers.filter((word) => {
    if (word === 'self') return id === self
    if (word.startsWith('user:')) return word.slice('user:'.length) === id
    return word.startsWith('group:') && groups.includes(word.slice('group:'.length))
  })
  return words.length === 0 ? { refused: 'not-approver' } : { words }
}

/** Who stands for what, by user. */
export type Assignment = ReadonlyMap<string, string>

/**
 * Who stands for whom, if these people are enough; undefined if they are not. Each person stands for one
 * approver; with `each`, every approver is stood for by another person.
 *
 * @param people the approvers that each can stand for, by user.
 */
export function assignmentOf(
  { approvers, quorum, each }: Pick<Lift, 'approvers' | 'quorum' | 'each'>,
  people: ReadonlyMap<string, readonly string[]>,
): Assignment | undefined {
  const able = [...people].filter(([, words]) => words.length > 0)
  if (able.length < Math.max(1, quorum)) return undefined
  const matched = each ? matchAll(approvers, able) : new Map<string, string>()
  if (matched === undefined) return undefined
  return new Map(able.map(([user, words]) => [user, matched.get(user) ?? String(words[0])]))
}

type Able = readonly (readonly [user: string, words: readonly string[]])[]

/** A different person for every word (augmenting paths): undefined if there is no such matching. */
function matchAll(approvers: readonly string[], people: Able): Map<string, string> | undefined {
  const wordOf = new Map<string, string>()
  const seat = (word: string, tried: Set<string>): boolean => {
    for (const [user, words] of people) {
      if (tried.has(user) || !words.includes(word)) continue
      tried.add(user)
      const before = wordOf.get(user)
      if (before === undefined || seat(before, tried)) {
        wordOf.set(user, word)
        return true
      }
    }
    return false
  }
  return new Set(approvers).values().every((word) => seat(word, new Set())) ? wordOf : undefined
}
