import { ArrowDown, ListFilter } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../../../app/me.tsx'
import { type Place, PlaceLink } from '../../../app/place.tsx'
import { Chips } from '../../../design/chip.tsx'
import { Facts, Section } from '../../../design/drawer.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Detail } from './detail.ts'

/** Who called, by what right, and the way that the call took. */
export function WhoView({ call }: { readonly call: Detail }): ReactNode {
  const { authorization, grant, client, claims, at, action, method } = call
  const may = useMay('identity.read')
  return (
    <div className="call-view">
      <Section title="The way that it took">
        <ol className="call-path">
          {waysOf(call).map(({ what, name, place }) => (
            <li key={`${what} ${name}`}>
              <ArrowDown aria-hidden />
              <span className="quiet">{what}</span>
              <b>
                {place === undefined || (place.page === 'identity' && !may) ? (
                  <VisibleText text={name} />
                ) : (
                  <PlaceLink to={place}>
                    <VisibleText text={name} />
                  </PlaceLink>
                )}
              </b>
            </li>
          ))}
        </ol>
      </Section>
      <Section title="By what right">
        <Facts
          rows={[
            ['Asked at', <Time key="at" at={at} />],
            ['Asked for', `${action} (${method})`],
            ['Client', <Only key="client" name="client" value={client} may={may} tab="clients" />],
            ['Says of itself', <VisibleText key="claims" text={claims} />],
            ['Grant', <Only key="grant" name="grant" value={grant} may={may} tab="grants" />],
            ['Signed in', authorization?.via],
            ['Client is', authorization?.trust],
            [
              'Scopes',
              authorization === undefined ? undefined : (
                <Chips key="scopes" of={authorization.scopes} />
              ),
            ],
            [
              'Token',
              authorization === undefined
                ? undefined
                : authorization.bound
                  ? 'bound to a key of the client'
                  : 'bound to no key: it works for whoever holds it',
            ],
            ['Vouched for by', authorization && <code key="issuer">{authorization.issuer}</code>],
          ]}
        />
      </Section>
    </div>
  )
}

interface Way {
  readonly what: string
  readonly name: string
  readonly place?: Place
}

function waysOf({ subject, actors, claims, client, server, target, forwarded }: Detail) {
  const [kind = '', id = ''] = subject?.split(/:(.*)/s) ?? []
  const ways: Way[] = [
    {
      what: kind === 'agent' ? 'Agent' : 'User',
      name: id || 'nobody known',
      ...(id === ''
        ? {}
        : { place: { page: 'identity', item: kind === 'agent' ? 'agents' : 'users', part: id } }),
    },
    ...actors.map((name) => ({ what: 'Acted for by', name })),
    ...(client === null && claims === ''
      ? []
      : [{ what: 'Client', name: claims || (client ?? '') }]),
    { what: 'Server', name: server, place: { page: 'servers', item: server } },
    { what: 'Tool', name: target, place: { page: 'live', search: { server, target } } },
  ]
  const isOther = forwarded !== undefined && forwarded.server !== server
  if (isOther)
    ways.push(
      {
        what: 'Passed on to',
        name: forwarded.server,
        place: { page: 'servers', item: forwarded.server },
      },
      { what: 'As', name: forwarded.target },
    )
  return ways
}

/** A value with a link to itself, and one to its calls. */
function Only({
  name,
  value,
  may,
  tab,
}: {
  readonly name: string
  readonly value: string | null
  readonly may: boolean
  readonly tab: string
}): ReactNode {
  if (value === null) return <span className="quiet">none</span>
  return (
    <span className="call-only">
      {may ? (
        <PlaceLink to={{ page: 'identity', item: tab, part: value }}>
          <VisibleText text={value} />
        </PlaceLink>
      ) : (
        <VisibleText text={value} />
      )}
      <PlaceLink
        to={{ page: 'live', search: { [name]: value } }}
        className="icon-button"
        label={`Only calls of this ${name}`}
      >
        <ListFilter aria-hidden />
      </PlaceLink>
    </span>
  )
}
