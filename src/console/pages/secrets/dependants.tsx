import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Secret } from './view.ts'

/** What uses a secret, as it is configured: what breaks without it. */
export function Dependants({ secret: { name, owner } }: { readonly secret: Secret }): ReactNode {
  const query = useRead('secrets.dependants', { name, owner })
  return (
    <Section title="What depends on it">
      <Loaded query={query} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">No server is configured with it.</p>
          ) : (
            <ul className="rows">
              {items.map(({ server, goes }) => (
                <li key={`${server} ${goes}`}>
                  <span className="rows-main">
                    <PlaceLink to={{ page: 'servers', item: server }}>{server}</PlaceLink>
                  </span>
                  <code>
                    <VisibleText text={goes} />
                  </code>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
