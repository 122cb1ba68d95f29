import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { PlaceLink } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { Chips } from '../../design/chip.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Time } from '../../design/time.tsx'

/** Grants in force of somebody or something, each with its end. */
export function GrantRows({
  of,
}: {
  readonly of: { readonly user: string } | { readonly agent: string } | { readonly client: string }
}): ReactNode {
  const may = useMay('identity.write')
  const { ask, dialog } = useConfirm()
  const list = useList('grants.list', { ...of, limit: '50' })
  const revoke = useChange('grants.revoke')
  return (
    <Section title="Grants in force">
      {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
      {list.items.length === 0 && !list.loading && <p className="quiet">None.</p>}
      <ul className="rows">
        {list.items.map(({ id, client, subject, scopes, resource, expires }) => (
          <li key={id}>
            <span className="rows-main two-lines">
              <PlaceLink to={{ page: 'identity', item: 'grants', part: id }}>
                {'client' in of ? subject : client}
              </PlaceLink>
              <span className="quiet">
                {resource}, ends <Time at={expires} />
              </span>
            </span>
            <Chips of={scopes} />
            {may && (
              <Button
                size="small"
                look="danger"
                onClick={() =>
                  ask({
                    title: 'Revoke this grant?',
                    verb: 'Revoke',
                    words: `The tokens of ${client} for ${subject} are void at once.`,
                    run: () => revoke.mutateAsync({ id }),
                  })
                }
              >
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      {dialog}
    </Section>
  )
}
