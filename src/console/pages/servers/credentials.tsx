import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { type Place, PlaceLink } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { StatusChip } from '../connections/status-chip.tsx'
import { type CredentialWay, inVault, kindWords, sharingWords, wayOf } from './credential-words.ts'
import type { ServerDetail } from './server-state.ts'

/** How a server is shown who a request is for; none of the values. */
export function CredentialsSection({ server }: { readonly server: ServerDetail }): ReactNode {
  const { name, reaching } = server
  const { data } = useRead('me.connections', {})
  const said = data?.servers.find((one) => one.server === name)
  const mine = data?.items.find((one) => one.server === name)
  const way: CredentialWay = said ?? wayOf(reaching.credentials)
  if (reaching.transport === 'virtual') return null
  const connects = said?.connects === true
  return (
    <Section
      title="Credentials"
      actions={way.kind !== 'none' && way.shared && <Chip tone="note">shared</Chip>}
    >
      <Facts
        rows={[
          ['It is shown', kindWords(way)],
          ['Whose', sharingWords(way)],
          [
            'Your connection',
            connects && !way.shared ? (
              <StatusChip key="status" status={mine?.status ?? 'none'} />
            ) : undefined,
          ],
        ]}
      />
      <References of={reaching.credentials} />
      <Links
        name={name}
        connects={connects}
        secrets={reaching.credentials.some(({ reference }) => inVault(reference))}
        shared={way.shared}
      />
    </Section>
  )
}

function References({ of }: { readonly of: ServerDetail['reaching']['credentials'] }): ReactNode {
  if (of.length === 0) return null
  return (
    <ul className="rows" aria-label="Credentials">
      {of.map(({ goes, reference }) => (
        <li key={goes}>
          <KeyRound aria-hidden />
          <span className="rows-main two-lines">
            <code>{goes}</code>
            <span className="quiet">
              {reference === undefined ? (
                'a value in the configuration itself; it is not shown'
              ) : (
                <code>{reference}</code>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}

function Links({
  name,
  connects,
  secrets,
  shared,
}: {
  readonly name: string
  readonly connects: boolean
  readonly secrets: boolean
  readonly shared: boolean
}): ReactNode {
  const mayAll = useMay('identity.read')
  const all: Place = { page: 'connections', item: 'all', search: { q: name } }
  if (!connects && !secrets) return null
  return (
    <p className="servers-links">
      {connects && <PlaceLink to={{ page: 'connections' }}>Your connections</PlaceLink>}
      {connects && mayAll && <PlaceLink to={all}>Everybody’s to {name}</PlaceLink>}
      {secrets && (
        <PlaceLink to={{ page: 'secrets', item: shared && mayAll ? 'all' : 'mine' }}>
          Secrets
        </PlaceLink>
      )}
    </p>
  )
}
