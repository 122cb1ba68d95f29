import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

const SHOWN = '5'
const LOOK = 10_000

/** What was denied last; each leads to its call. */
export function LatestDenials(): ReactNode {
  const query = useRead('calls.list', { effect: 'deny', limit: SHOWN }, { every: LOOK })
  return (
    <Section
      title="Denied last"
      actions={<PlaceLink to={{ page: 'live', search: { effect: 'deny' } }}>All</PlaceLink>}
    >
      <Loaded query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">Nothing was denied by a policy.</p>
          ) : (
            <ul className="rows">
              {items.map(({ id, target, server, policies, at }) => (
                <li key={id}>
                  <span className="rows-main two-lines">
                    <PlaceLink to={{ page: 'live', item: id, search: { effect: 'deny' } }}>
                      <VisibleText text={`${server}: ${target}`} />
                    </PlaceLink>
                    <span className="quiet">
                      {policies.length === 0 ? (
                        'no policy permits it'
                      ) : (
                        <VisibleText text={policies.join(', ')} />
                      )}
                    </span>
                  </span>
                  <Time at={at} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
