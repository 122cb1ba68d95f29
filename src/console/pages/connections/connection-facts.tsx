import { KeyRound, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Chip } from '../../design/chip.tsx'
import { Facts } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Connection } from './view.ts'
import { issuerHost } from './way-out.ts'

/** What is known of a connection; none of its tokens. */
export function ConnectionFacts({ connection }: { readonly connection: Connection }): ReactNode {
  const { issuer, scopes, wanted, created, used, bound, reason } = connection
  const { status, expires, refreshable } = connection
  return (
    <Facts
      rows={[
        ['Why', reason === undefined ? undefined : <VisibleText key="why" text={reason} />],
        [
          'Authorization server',
          <span key="issuer" title={issuer}>
            <VisibleText text={issuerHost(issuer)} />
          </span>,
        ],
        ['Scopes', <Scopes key="scopes" scopes={scopes} none="none was named" />],
        [
          'Wanted, not granted',
          wanted.length === 0 ? undefined : <Scopes key="wanted" scopes={wanted} />,
        ],
        ['Since', <Time key="created" at={created} />],
        ['Last use', <Time key="used" at={used} />],
        [
          'Token until',
          status === 'connected' ? (
            <Until key="until" expires={expires} refreshable={refreshable} />
          ) : undefined,
        ],
        [
          'Bound to a key',
          bound ? (
            <span key="bound" className="connections-bound">
              <KeyRound aria-hidden /> yes: a stolen token opens nothing
            </span>
          ) : (
            'no: whoever has the token can use it'
          ),
        ],
      ]}
    />
  )
}

function Until({ expires, refreshable }: Pick<Connection, 'expires' | 'refreshable'>): ReactNode {
  return (
    <span>
      {expires === undefined ? 'nobody said' : <Time at={expires} />}
      {refreshable ? ', renewed by itself' : ', not renewed: you connect again then'}
    </span>
  )
}

/** Names of scopes, as the authorization server wrote them; those that are new are said to be. */
export function Scopes({
  scopes,
  added = [],
  none = 'none',
}: {
  readonly scopes: readonly string[]
  readonly added?: readonly string[]
  readonly none?: string
}): ReactNode {
  if (scopes.length === 0) return <span className="quiet">{none}</span>
  return (
    <span className="chips">
      {scopes.map((scope) =>
        added.includes(scope) ? (
          <Chip key={scope} tone="wait" icon={Plus}>
            <VisibleText text={scope} /> (new)
          </Chip>
        ) : (
          <Chip key={scope}>
            <VisibleText text={scope} />
          </Chip>
        ),
      )}
    </span>
  )
}
