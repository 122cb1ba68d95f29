import { type ReactNode, useMemo } from 'react'
import { useRead } from '../../../api/queries.ts'
import { useMay, useMe } from '../../../app/me.tsx'
import { useFilter } from '../../../app/place.tsx'
import { Select } from '../../../design/select.tsx'
import type { Known } from './matrix.ts'

const MOST = '200'

/** People and agents whom one can ask about: everybody, or oneself for who may not read the directory. */
export function useKnownSubjects(): readonly Known[] {
  const me = useMe()
  const may = useMay('identity.read')
  const users = useRead('users.list', { limit: MOST, status: 'active' }, { when: may }).data?.items
  const agents = useRead('agents.list', { limit: MOST }, { when: may }).data?.items
  return useMemo(() => {
    const own = me === undefined ? [] : [{ ...me, name: me.name }]
    const known = [
      ...own,
      ...(users ?? []).map(({ id, ...user }) => ({ ...user, subject: `user:${id}` })),
      ...(agents ?? []).map(({ id, ...agent }) => ({ ...agent, subject: `agent:${id}` })),
    ].map(({ subject, name, groups }) => ({ subject, name, groups }))
    return [...new Map(known.map((one) => [one.subject, one])).values()]
  }, [me, users, agents])
}

/** Whose access is asked about, by the address (`who`); oneself if nobody is named there. */
export function useSubjects() {
  const known = useKnownSubjects()
  const [wanted, set] = useFilter('who')
  const chosen = known.find(({ subject }) => subject === wanted) ?? known[0]
  const scope = useMemo(
    () => (chosen === undefined ? {} : { subjects: [chosen.subject], groups: [...chosen.groups] }),
    [chosen],
  )
  return { known, chosen, set, scope }
}

/** Chooses one of them. */
export function SubjectField({ who }: { readonly who: ReturnType<typeof useSubjects> }): ReactNode {
  return (
    <Select
      look="filter"
      label="Who"
      value={who.chosen?.subject ?? ''}
      choices={who.known.map(({ subject, name }) => ({
        value: subject,
        label: name === '' ? subject : `${name} (${subject})`,
      }))}
      onChange={(next) => who.set(next, { replace: true })}
    />
  )
}
