import { CircleCheck, Info, TriangleAlert, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useGo, usePlace } from '../../app/place.tsx'
import { Button } from '../../design/button.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { failureOf } from './words.ts'

/** Which servers the person is connected to; undefined while nobody knows. */
type Connected = ReadonlySet<string> | undefined

/** What came of being sent away: `?connected=SERVER` or `?failed=CODE`. */
export function Notices({ connected }: { readonly connected: Connected }): ReactNode {
  const { search } = usePlace()
  const { connected: server, failed: code } = search
  if (code !== undefined) return <Failed code={code} />
  if (server === undefined || connected === undefined) return null
  // Anybody can write a link: what counts is what the gateway says.
  return connected.has(server) ? <Done server={server} /> : <Unconfirmed server={server} />
}

function Done({ server }: { readonly server: string }): ReactNode {
  return (
    <Notice tone="good" icon={<CircleCheck aria-hidden />}>
      <p className="error-title">
        You are connected to <VisibleText text={server} />
      </p>
      <p>What waited for it can be done now: go back to where you came from, and try it again.</p>
    </Notice>
  )
}

function Unconfirmed({ server }: { readonly server: string }): ReactNode {
  return (
    <Notice tone="plain" icon={<Info aria-hidden />}>
      <p className="error-title">
        There is no good connection of yours to {SERVER.test(server) ? server : 'that server'}
      </p>
      <p>The address of this page says so, but the gateway keeps none. Connect below.</p>
    </Notice>
  )
}

function Failed({ code }: { readonly code: string }): ReactNode {
  const { title, cause, fix, code: shown } = failureOf(code)
  return (
    <Notice tone="bad" icon={<TriangleAlert aria-hidden />}>
      <p className="error-title">{title}</p>
      <p>{cause}</p>
      <p>{fix}</p>
      {shown !== undefined && (
        <p className="error-facts">
          <code>{shown}</code>
        </p>
      )}
    </Notice>
  )
}

/** Names of servers: other words of an address are not repeated. */
const SERVER = /^[a-z0-9][a-z0-9-]{0,62}$/

/** What of the address goes when a notice is closed. */
const OF_A_NOTICE = new Set(['connected', 'failed', 'server'])

function Notice({
  tone,
  icon,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'plain'
  readonly icon: ReactNode
  readonly children: ReactNode
}): ReactNode {
  const { page, item, part, search } = usePlace()
  const go = useGo()
  const place = useRef<HTMLDivElement>(null)
  // Somebody who comes back from elsewhere hears first what came of it.
  useEffect(() => place.current?.focus(), [])
  const close = (): void => {
    const rest = Object.entries(search).filter(([name]) => !OF_A_NOTICE.has(name))
    if (page !== undefined)
      go({ page, item, part, search: Object.fromEntries(rest) }, { replace: true })
  }
  return (
    <div
      ref={place}
      tabIndex={-1}
      className="connections-notice"
      data-tone={tone}
      role={tone === 'bad' ? 'alert' : 'status'}
    >
      {icon}
      <div className="error-words">{children}</div>
      <Button look="bare" icon={X} onClick={close}>
        Close
      </Button>
    </div>
  )
}
