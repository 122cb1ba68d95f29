import { Cable } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../../app/me.tsx'
import { PlaceLink } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ConnectButton, DisconnectButton, wantsMore } from './actions.tsx'
import { ConnectionFacts } from './connection-facts.tsx'
import { StatusChip } from './status-chip.tsx'
import type { Connection, ServerCredential } from './view.ts'
import { meansOf } from './words.ts'

/** One's own connections, one card for each server; and the servers that one could connect to. */
export function Mine({
  connections,
  servers,
}: {
  readonly connections: readonly Connection[]
  readonly servers: readonly ServerCredential[]
}): ReactNode {
  const has = new Set(connections.map(({ server }) => server))
  const others = servers.filter(({ server, connects }) => connects && !has.has(server))
  return (
    <>
      {connections.length === 0 ? (
        <EmptyState icon={Cable} title="You are not connected to any server">
          Some servers want to know who a call is for. When a call of yours meets one, you are given
          a link to connect; what you allow then stands here, and you can take it back.
        </EmptyState>
      ) : (
        <ul className="connections-cards" aria-label="Your connections">
          {connections.map((connection) => (
            <li key={connection.server}>
              <Card connection={connection} />
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && <Others servers={others} />}
    </>
  )
}

function Card({ connection }: { readonly connection: Connection }): ReactNode {
  const { server, status } = connection
  return (
    <article className="card" aria-label={server}>
      <header className="connections-head">
        <h2>
          <ServerName server={server} />
        </h2>
        <StatusChip status={status} />
      </header>
      <p className="quiet">{meansOf(connection)}</p>
      <ConnectionFacts connection={connection} />
      <div className="actions">
        {status === 'disconnected' && <ConnectButton server={server} />}
        {wantsMore(connection) && <ConnectButton server={server} again />}
        {status !== 'disconnected' && <DisconnectButton connection={connection} mine />}
      </div>
    </article>
  )
}

function Others({ servers }: { readonly servers: readonly ServerCredential[] }): ReactNode {
  const mayShare = useMay('identity.write')
  return (
    <Section title="Servers that you can connect to">
      <ul className="rows">
        {servers.map(({ server, shared }) => (
          <li key={server}>
            <span className="rows-main two-lines">
              <b>
                <ServerName server={server} />
              </b>
              <span className="quiet">
                {shared
                  ? `everybody uses one connection${mayShare ? '' : ', which an owner makes'}`
                  : 'each person has a connection of their own'}
              </span>
            </span>
            {(!shared || mayShare) && <ConnectButton server={server} look="plain" />}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function ServerName({ server }: { readonly server: string }): ReactNode {
  const may = useMay('look')
  return may ? <PlaceLink to={{ page: 'servers', item: server }}>{server}</PlaceLink> : server
}
