import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

/** Servers whose first call is some days old at most. */
export function NewServers({
  servers,
}: {
  readonly servers: Output<'overview.show'>['servers']
}): ReactNode {
  if (servers.new.length === 0) return null
  return (
    <Section title="New servers" actions={<span className="quiet">last {servers.days} days</span>}>
      <ul className="rows">
        {servers.new.map(({ name, first }) => (
          <li key={name}>
            <span className="rows-main">
              <PlaceLink to={{ page: 'servers', item: name }}>
                <VisibleText text={name} />
              </PlaceLink>
            </span>
            <span className="quiet">
              first call <Time at={first} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
