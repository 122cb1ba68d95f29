import { type ReactNode, useMemo } from 'react'
import { useList } from '../../api/lists.ts'
import { PlaceLink } from '../../app/place.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

/** What the groups that give a role allow, in words. */
const ROLES = [
  ['owners', 'Owner', 'May do everything, and give rights to others.'],
  ['operators', 'Operator', 'Runs servers, policies and settings. Never reads what calls carry.'],
  ['approvers', 'Approver', 'Answers requests for approval, and sees them in full.'],
  ['auditors', 'Auditor', 'Reads everything, calls in full too. Changes nothing.'],
] as const

interface Group {
  readonly name: string
  readonly role: string | undefined
  readonly words: string
  readonly members: readonly { readonly id: string; readonly name: string }[]
}

/** Who is in which group, and what that makes of them. */
export function GroupsTab(): ReactNode {
  const users = useList('users.list', { limit: '200' })
  const groups = useMemo(() => groupsOf(users.items), [users.items])
  return (
    <div className="inset groups">
      {users.error !== null && <ErrorPanel error={users.error} onRetry={users.again} />}
      {users.more && (
        <p className="quiet">
          Of the first {users.items.length} users.{' '}
          <button type="button" className="button" data-size="small" onClick={users.loadMore}>
            Load more
          </button>
        </p>
      )}
      <div className="cards">
        {groups.map((group) => (
          <GroupCard key={group.name} group={group} />
        ))}
      </div>
    </div>
  )
}

function GroupCard({
  group: { name, role, words, members },
}: {
  readonly group: Group
}): ReactNode {
  return (
    <section className="card" aria-label={name}>
      <header className="two-lines">
        <h2>
          <PlaceLink to={{ page: 'identity', item: 'users', search: { group: name } }}>
            {role ?? <VisibleText text={name} />}
          </PlaceLink>
        </h2>
        <p className="quiet">{words}</p>
      </header>
      {members.length === 0 ? (
        <p className="quiet">Nobody.</p>
      ) : (
        <ul className="rows">
          {members.map(({ id, name: person }) => (
            <li key={id}>
              <PlaceLink to={{ page: 'identity', item: 'users', part: id }}>
                <VisibleText text={person} />
              </PlaceLink>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function groupsOf(
  users: readonly {
    readonly id: string
    readonly name: string
    readonly groups: readonly string[]
  }[],
): readonly Group[] {
  const inGroup = (name: string) => users.filter(({ groups }) => groups.includes(name))
  const named = new Set(users.flatMap(({ groups }) => groups))
  const others = [...named].filter((name) => !ROLES.some(([group]) => group === name)).toSorted()
  return [
    ...ROLES.map(([name, role, words]) => ({ name, role, words, members: inGroup(name) })),
    ...others.map((name) => ({
      ...{ name, role: undefined, words: 'Named by policies alone.' },
      members: inGroup(name),
    })),
  ]
}
