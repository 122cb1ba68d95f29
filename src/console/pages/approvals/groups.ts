import type { Output } from '../../api/call.ts'

export type Listed = Output<'approvals.list'>['items'][number]

/** Requests of one subject for one tool, by one client, in one state: many of them are one thing to see. */
export interface Group {
  readonly key: string
  /** The newest first; at least one. */
  readonly items: readonly [Listed, ...Listed[]]
}

/** Folds alike requests together. A group stands where its newest request does. */
export function groupsOf(items: readonly Listed[]): readonly Group[] {
  const groups = new Map<string, [Listed, ...Listed[]]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups].map(([key, alike]) => ({ key, items: alike }))
}

function keyOf({ subject, client, server, target, state }: Listed): string {
  return JSON.stringify([subject, client, server, target, state])
}

/** `user:ann` as people say it. */
export function nameOf(subject: string): string {
  return subject.startsWith('user:') ? subject.slice('user:'.length) : subject.replace(':', ' ')
}

/** Whether every word of a search stands in a request. */
export function fits(
  { id, subject, client, server, target }: Listed,
  search: string | undefined,
): boolean {
  const text = `${id} ${subject} ${client} ${server} ${target}`.toLowerCase()
  return (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
