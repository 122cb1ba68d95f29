import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'

export const LOCAL = 'local'

/** Who says that a subject is in a group: `local`, or `idp:` and the name of a provider. */
export type GroupSource = typeof LOCAL | `idp:${string}`

/**
 * Makes the groups that one source says exactly these; what others say stays.
 *
 * @returns whether anything changed.
 */
export async function setGroups(
  db: Kysely<Schema>,
  kind: 'user' | 'agent',
  subject: string,
  source: GroupSource,
  groups: readonly string[],
): Promise<boolean> {
  const rows = await db
    .selectFrom('group_member')
    .select('group')
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('source', '=', source)
    .execute()
  const known = new Set(rows.map(({ group }) => group))
  const gone = [...known].filter((group) => !groups.includes(group))
  const added = groups.filter((group) => !known.has(group))
  if (gone.length > 0)
    await db
      .deleteFrom('group_member')
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('source', '=', source)
      .where('group', 'in', gone)
      .execute()
  if (added.length > 0)
    await db
      .insertInto('group_member')
      .values(added.map((group) => ({ kind, subject, group, source })))
      .execute()
  return gone.length > 0 || added.length > 0
}

/** A group of a subject, and who says so. */
export interface Membership {
  readonly group: string
  readonly source: string
}

/** Groups by subject, sorted by name and source. */
export async function groupsOf(
  db: Kysely<Schema>,
  kind: 'user' | 'agent',
  subjects: readonly string[],
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  if (subjects.length === 0) return new Map()
  const rows = await db
    .selectFrom('group_member')
    .select(['subject', 'group', 'source'])
    .where('kind', '=', kind)
    .where('subject', 'in', [...subjects])
    .orderBy('group')
    .orderBy('source')
    .execute()
  return Map.groupBy(rows, ({ subject }) => subject)
}

/** Names of groups, each once, whoever says so. */
export function namesOf(memberships: readonly Membership[]): readonly string[] {
  return [...new Set(memberships.map(({ group }) => group))]
}
