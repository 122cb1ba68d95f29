import type { Output } from '../../api/call.ts'

type Summary = Output<'approvals.list'>['items'][number]

/** How far the people who are asked have come. */
export interface Progress {
  readonly given: number
  readonly needed: number
  /** Who is still needed, in words; empty when enough have approved. */
  readonly missing: readonly string[]
}

/** Counts approvals as the policy wants them. */
export function progressOf({
  lift: { approvers, quorum, each },
  votes,
}: Pick<Summary, 'lift' | 'votes'>): Progress {
  const approved = votes.filter(({ verdict }) => verdict === 'approve')
  const wanted = [...new Set(approvers)]
  const needed = each ? Math.max(quorum, wanted.length) : quorum
  const given = Math.min(approved.length, needed)
  if (each) {
    const stoodFor = new Set(approved.map(({ standsFor }) => standsFor))
    const missing = wanted.filter((word) => !stoodFor.has(word)).map(approverInWords)
    return { given, needed, missing }
  }
  const left = wanted.filter((word) => !approved.some(({ user }) => word === `user:${user}`))
  return { given, needed, missing: given < needed ? [anyOf(left.map(approverInWords))] : [] }
}

/** One approver of a policy, as people say it. */
export function approverInWords(word: string): string {
  if (word === 'self') return 'the person whose call it is'
  const [kind, ...rest] = word.split(':')
  const name = rest.join(':')
  return kind === 'group' ? `somebody of ${name}` : name
}

/** `1 of 2. Still needed: somebody of security`. */
export function progressInWords({ given, needed, missing }: Progress): string {
  const count = `${given} of ${needed}`
  return missing.length === 0 ? count : `${count}. Still needed: ${missing.join(' and ')}`
}

function anyOf(words: readonly string[]): string {
  if (words.length <= 1) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
