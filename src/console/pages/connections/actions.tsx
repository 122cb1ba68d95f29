import { Plug, RotateCw, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { useChange } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { useGo, usePlace } from '../../app/place.tsx'
import { say } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { useConfirm } from '../../design/confirm.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import type { Connection } from './view.ts'
import { issuerHost } from './way-out.ts'
import { ownerWords } from './words.ts'

/** Opens the dialog in which one connects: it stands in the address, so that a link leads there. */
export function ConnectButton({
  server,
  again = false,
  look = 'main',
}: {
  readonly server: string
  readonly again?: boolean
  readonly look?: 'main' | 'plain'
}): ReactNode {
  const { item, part, search } = usePlace()
  const go = useGo()
  const place = { page: 'connections', item, part, search: { ...search, connect: server } } as const
  return (
    <Button
      look={look}
      icon={again ? RotateCw : Plug}
      aria-label={`${again ? 'Reconnect' : 'Connect'} ${server}`}
      onClick={() => go(place)}
    >
      {again ? 'Reconnect' : 'Connect'}
    </Button>
  )
}

/** Whether connecting again gives what a connection has not got. */
export function wantsMore({ status, wanted }: Pick<Connection, 'status' | 'wanted'>): boolean {
  return status === 'reauth_required' || (status === 'connected' && wanted.length > 0)
}

/** Ends a connection, after asking: one's own, or as an administrator. */
export function DisconnectButton({
  connection,
  mine = false,
  onDone = () => undefined,
}: {
  readonly connection: Connection
  readonly mine?: boolean
  readonly onDone?: () => void
}): ReactNode {
  const { server, owner, issuer } = connection
  const mayOver = useMay(owner === 'shared' ? 'servers.write' : 'identity.write')
  const { ask, dialog } = useConfirm()
  const disconnect = useChange('connections.disconnect', { touches: ['me'] })
  const leave = useChange('me.disconnect', { touches: ['connections'] })
  if (!mine && !mayOver) return null
  const run = async (): Promise<void> => {
    await (mine ? leave.mutateAsync({ server }) : disconnect.mutateAsync({ server, owner }))
    say('Disconnected', `${server}: what was kept of it is destroyed.`)
    onDone()
  }
  return (
    <>
      <Button
        look="danger"
        icon={Unplug}
        aria-label={`Disconnect ${server}`}
        onClick={() =>
          ask({
            title: `Disconnect ${server}?`,
            verb: 'Disconnect',
            words: (
              <>
                <VisibleText text={issuerHost(issuer)} /> is asked to revoke what it gave, and
                everything that is kept of it here is destroyed. Calls of{' '}
                <b>{mine ? 'yours' : ownerWords(owner)}</b> to {server} wait until somebody connects
                again.
              </>
            ),
            run,
          })
        }
      >
        Disconnect
      </Button>
      {dialog}
    </>
  )
}
