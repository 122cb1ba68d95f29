import { ArrowLeft, RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useChange, useRead } from '../../api/queries.ts'
import { useMay } from '../../app/me.tsx'
import { PlaceLink, usePlace } from '../../app/place.tsx'
import { say, sayFailure } from '../../app/say.ts'
import { Button } from '../../design/button.tsx'
import { Chip } from '../../design/chip.tsx'
import { Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { ContainmentSection } from './containment.tsx'
import { Questions } from './questions.tsx'
import { ServerFacts } from './server-facts.tsx'
import { type ServerDetail, stateOf } from './server-state.ts'
import { ServerStateChip } from './state-chip.tsx'
import { ToolDrawer } from './tool-drawer.tsx'
import { ToolTable } from './tool-table.tsx'
import { WaitingDefinitions } from './waiting-definitions.tsx'

/** One server: what it claims, how it is reached, what it can do, and its tools. */
export function ServerPage({ name }: { readonly name: string }): ReactNode {
  const { part } = usePlace()
  const query = useRead('servers.show', { name }, { every: 15_000 })
  const server = query.data?.server
  const tool = server?.toolList.find((one) => one.name === part)
  return (
    <PageFrame
      title={name}
      {...(server === undefined ? {} : { purpose: stateOf(server).means })}
      actions={server !== undefined && <Refresh server={server} />}
      bar={
        <>
          <PlaceLink to={{ page: 'servers' }} className="servers-back">
            <ArrowLeft aria-hidden /> All servers
          </PlaceLink>
          {server !== undefined && <States server={server} />}
          <WaitingDefinitions name={name} />
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {({ server: shown }) => <Detail server={shown} />}
      </Loaded>
      {part !== undefined && server !== undefined && (
        <ToolDrawer key={part} server={server} name={part} tool={tool} />
      )}
    </PageFrame>
  )
}

function States({ server }: { readonly server: ServerDetail }): ReactNode {
  const { mode, claim } = server
  return (
    <span className="chips">
      <ServerStateChip server={server} />
      <Chip tone={mode === 'observe' ? 'note' : 'plain'}>
        {mode === 'observe' ? 'only observed: nothing is denied' : 'policies enforced'}
      </Chip>
      {claim !== undefined && (
        <Chip>
          {claim.era} protocol, {claim.revision}
        </Chip>
      )}
    </span>
  )
}

function Refresh({ server: { name, enabled } }: { readonly server: ServerDetail }): ReactNode {
  const may = useMay('servers.write')
  const refresh = useChange('servers.refresh')
  if (!may || !enabled) return null
  return (
    <Button
      icon={RefreshCw}
      busy={refresh.isPending}
      onClick={() =>
        refresh.mutate(
          { name },
          {
            onSuccess: ({ server }) => say('Asked again', `${name} offers ${server.tools} tools.`),
            onError: (error) => sayFailure(`${name} did not answer`, error),
          },
        )
      }
    >
      Ask again
    </Button>
  )
}

function Detail({ server }: { readonly server: ServerDetail }): ReactNode {
  const { leftOut, state, containment } = server
  return (
    <div className="servers-detail">
      {state.failed !== undefined && state.failures > 0 && <Failing {...state} {...state.failed} />}
      <Questions server={server} />
      <div className="servers-columns">
        <div className="servers-main">
          <ToolTable server={server} />
          {containment !== undefined && (
            <ContainmentSection server={server.name} containment={containment} />
          )}
          {leftOut.length > 0 && (
            <Section title="Left out">
              <p className="quiet">It lists these, too; clients neither see nor can call them.</p>
              <ul className="rows">
                {leftOut.map(({ item, problem }) => (
                  <li key={`${item} ${problem}`}>
                    <span className="rows-main two-lines">
                      <code>
                        <VisibleText text={item} />
                      </code>
                      <span className="quiet">
                        <VisibleText text={problem} />
                      </span>
                    </span>
                  </li>
                ))}
              </ul>
            </Section>
          )}
        </div>
        <ServerFacts server={server} />
      </div>
    </div>
  )
}

function Failing({
  failures,
  at,
  code,
  message,
}: {
  readonly failures: number
  readonly at: string
  readonly code: string
  readonly message: string
}): ReactNode {
  return (
    <div className="error-panel">
      <div className="error-words">
        <p className="error-title">
          {failures === 1 ? 'The last attempt failed' : `The last ${failures} attempts failed`}
        </p>
        <p>
          <VisibleText text={message} />
        </p>
        <p className="error-facts">
          <code>{code}</code>
          <Time at={at} />
        </p>
      </div>
    </div>
  )
}
