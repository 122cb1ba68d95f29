import { ExternalLink, TriangleAlert, Users } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { useChange, useRead } from '../../api/queries.ts'
import { useMe } from '../../app/me.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog, DialogEnd } from '../../design/dialog.tsx'
import { Facts } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { Scopes } from './connection-facts.tsx'
import { StatusChip } from './status-chip.tsx'
import type { Offer } from './view.ts'
import { wayOut } from './way-out.ts'
import { CLIENTS } from './words.ts'

/** Says who would connect what, where they will be sent, and for what; and sends them there. */
export function ConnectDialog({
  server,
  onClose,
}: {
  readonly server: string
  readonly onClose: () => void
}): ReactNode {
  const query = useRead('me.connectOffer', { server })
  return (
    // Not in the words of the address: anybody can write a link.
    <Dialog open title={`Connect to ${query.data?.offer.server ?? 'a server'}`} onClose={onClose}>
      <Loaded query={query} rows={6}>
        {({ offer }) => <OfferView offer={offer} onClose={onClose} />}
      </Loaded>
    </Dialog>
  )
}

function OfferView({
  offer,
  onClose,
}: {
  readonly offer: Offer
  readonly onClose: () => void
}): ReactNode {
  const { server, host, scopes, added, status, shared } = offer
  const { go, leaving, error } = useWayOut(server, host)
  return (
    <>
      <p className="dialog-words">
        You will be sent to{' '}
        <b>
          <VisibleText text={host} />
        </b>
        , where you say whether this gateway may act for you at <b>{server}</b>. Then you come back
        here.
      </p>
      <Facts
        rows={[
          ['You are', <Person key="who" />],
          [
            'Server',
            <span key="server" className="two-lines">
              <code>{server}</code>
              <span className="quiet">
                <VisibleText text={offer.address} />
              </span>
            </span>,
          ],
          [
            'Authorization server',
            <span key="issuer" className="two-lines">
              <b>
                <VisibleText text={host} />
              </b>
              <span className="quiet">
                <VisibleText text={offer.issuer} />
              </span>
            </span>,
          ],
          ['Scopes', <Scopes key="scopes" scopes={scopes} added={added} none="what it gives" />],
          ['Known there', CLIENTS[offer.client]],
          ['Now', <StatusChip key="status" status={status} />],
        ]}
      />
      <Sharing shared={shared} />
      {error !== undefined && <ErrorPanel error={error} title="You were not sent away" />}
      <DialogEnd>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="main" icon={ExternalLink} busy={leaving} onClick={go}>
          Go to {host}
        </Button>
      </DialogEnd>
    </>
  )
}

function Person(): ReactNode {
  const me = useMe()
  if (me === undefined) return null
  return (
    <span className="two-lines">
      <b>
        <VisibleText text={me.name} />
      </b>
      <code>{me.subject}</code>
    </span>
  )
}

function Sharing({ shared }: Pick<Offer, 'shared'>): ReactNode {
  if (!shared)
    return <p className="field-hint">What comes of it is yours alone: only calls for you use it.</p>
  return (
    <div className="connections-shared" role="note">
      <Users aria-hidden />
      <p>
        <b>Everybody will use it.</b> Whoever may call this server acts there as the account that
        you choose on the next page. Do not choose one of your own.
      </p>
      <TriangleAlert aria-hidden />
    </div>
  )
}

/** Begins, and leaves for where the gateway says, if that is where the person was told. */
function useWayOut(
  server: string,
  host: string,
): { readonly go: () => void; readonly leaving: boolean; readonly error: ApiError | undefined } {
  const begin = useChange('me.connect')
  const [left, setLeft] = useState(false)
  const [refused, setRefused] = useState<ApiError>()
  // Who steps back finds the page as they left it, and may want to go once more.
  useEffect(() => {
    const back = (): void => setLeft(false)
    window.addEventListener('pageshow', back)
    return () => window.removeEventListener('pageshow', back)
  }, [])
  const go = (): void => {
    setRefused(undefined)
    begin.mutate(
      { server, host },
      {
        onSuccess: ({ location }) => {
          const address = wayOut(location, host)
          if (address === undefined) return setRefused(elsewhere(host))
          setLeft(true)
          window.location.assign(address)
        },
      },
    )
  }
  return { go, leaving: begin.isPending || left, error: refused ?? begin.error ?? undefined }
}

function elsewhere(host: string): ApiError {
  return new ApiError(
    `the address to go to is not a safe one at ${host}, so you stay here; whoever runs this gateway should look at the authorization server`,
    { code: 'authorization_server_refused', status: 0 },
  )
}
