import type { ReactNode } from 'react'
import { useMay } from '../../app/me.tsx'
import { PlaceLink } from '../../app/place.tsx'
import { Chip, Chips } from '../../design/chip.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Request } from './deed.ts'
import { nameOf } from './groups.ts'

const TRUST: Readonly<Record<string, string>> = {
  registered: 'an operator vouches for it',
  metadata: 'known by its own address',
  dynamic: 'registered itself; nobody vouches for it',
  operator: 'a token that an operator gave out',
}

/** For whom, by which program, and what became of such calls before. */
export function WhoAsks({ request }: { readonly request: Request }): ReactNode {
  const mayLook = useMay('look')
  const { subject, client, clientTrust, claims, actors = [], created, call, similar } = request
  return (
    <Section title="Who asks">
      <Facts
        rows={[
          ['For', <Subject key="for" request={request} />],
          [
            'Acting',
            actors.length === 0 ? undefined : (
              <VisibleText key="acting" text={[subject, ...actors].map(nameOf).join(' → ')} />
            ),
          ],
          [
            'Client',
            <span key="client">
              <code>
                <VisibleText text={client} />
              </code>
              {clientTrust !== undefined && (
                <span className="quiet">, {TRUST[clientTrust] ?? clientTrust}</span>
              )}
            </span>,
          ],
          ['Says it is', claims && <Claims key="claims" claims={claims} />],
          [
            'Signed in by',
            request.methods === undefined || request.methods.length === 0 ? undefined : (
              <Chips key="methods" of={request.methods} />
            ),
          ],
          ['May', request.scopes && <Chips key="scopes" of={request.scopes} />],
          [
            'Asked',
            <span key="asked">
              <Time at={created} />
              {mayLook && call !== '' && (
                <>
                  {', '}
                  <PlaceLink to={{ page: 'live', item: call }}>see the call</PlaceLink>
                </>
              )}
            </span>,
          ],
          ['Such calls before', similarInWords(similar)],
        ]}
      />
    </Section>
  )
}

function Subject({
  request: { subject, groups = [], via },
}: {
  readonly request: Request
}): ReactNode {
  return (
    <span className="chips">
      <b>
        <VisibleText text={subject} />
      </b>
      {via !== undefined && <span className="quiet">via {via}</span>}
      <Chips of={groups} />
    </span>
  )
}

function Claims({ claims }: { readonly claims: NonNullable<Request['claims']> }): ReactNode {
  return (
    <span className="chips">
      <VisibleText text={`${claims.name} ${claims.version}`} />
      <Chip tone="wait">its own word</Chip>
    </span>
  )
}

function similarInWords({ approved, declined, expired }: Request['similar']): string {
  if (approved + declined + expired === 0) return 'none of this person with this tool'
  return `of this person with this tool: ${approved} approved, ${declined} declined, ${expired} expired`
}
