import { Box, ShieldAlert, ShieldCheck, ShieldOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { PlaceLink } from '../../app/place.tsx'
import { Chip } from '../../design/chip.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Facts, Section } from '../../design/drawer.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import {
  CONTAINMENT,
  CONTROLS,
  type Containment,
  denialLine,
  STRENGTHS,
  sizeWords,
} from './containment-words.ts'
import { reachLine } from './server-state.ts'

const ICONS = { waiting: Box, started: ShieldCheck, open: ShieldOff, refused: ShieldAlert } as const

/** How a local server is confined: what it may do, how well that holds, and what was refused to it. */
export function ContainmentSection({
  server,
  containment,
}: {
  readonly server: string
  readonly containment: Containment
}): ReactNode {
  const { state, refused } = containment
  const { word, tone } = CONTAINMENT[state]
  return (
    <Section
      title="Sandbox"
      actions={
        <Chip tone={tone} icon={ICONS[state]}>
          {word}
        </Chip>
      }
    >
      {refused !== undefined && (
        <div className="error-panel">
          <div className="error-words">
            <p className="error-title">It was not started</p>
            <p>
              <VisibleText text={refused.message} />
            </p>
            {refused.fix !== undefined && (
              <p className="quiet">
                <VisibleText text={refused.fix} />
              </p>
            )}
          </div>
        </div>
      )}
      <Allowed containment={containment} />
      <Holds containment={containment} />
      <Denials server={server} />
    </Section>
  )
}

function Allowed({ containment }: { readonly containment: Containment }): ReactNode {
  const { backend, at, program, files, network, variables, limits } = containment
  const [command, ...args] = program ?? []
  return (
    <>
      {command !== undefined && (
        <CodeBlock
          label="Program that runs"
          text={reachLine({ transport: 'stdio', command, args, credentials: [] })}
        />
      )}
      <Facts
        rows={[
          ['Confined by', backend],
          ['Started last', at === undefined ? undefined : <Time key="at" at={at} />],
          ['Package', containment.package && <Package key="package" {...containment.package} />],
          [
            'May read',
            <Paths key="read" files={files} access="read" none="its own code and the system" />,
          ],
          [
            'May change',
            <Paths key="write" files={files} access="write" none="nothing that stays" />,
          ],
          ['May reach', <Hosts key="hosts" network={network} />],
          [
            'Variables',
            variables.length > 0 ? (
              <code key="names">{variables.join(', ')}</code>
            ) : (
              'none of yours'
            ),
          ],
          [
            'Limits',
            `${sizeWords(limits.memory)} of memory, ${limits.pids} processes, ${limits.cpu} processors`,
          ],
        ]}
      />
    </>
  )
}

function Package({
  name,
  version,
  provenance,
  repository,
}: NonNullable<Containment['package']>): ReactNode {
  return (
    <span className="two-lines">
      <code>
        {name}@{version}
      </code>
      <span className="quiet">
        {provenance === 'verified'
          ? `built from ${repository}, verified`
          : 'nothing proves where it was built'}
      </span>
    </span>
  )
}

function Paths({
  files,
  access,
  none,
}: Pick<Containment, 'files'> & {
  readonly access: 'read' | 'write'
  readonly none: string
}): ReactNode {
  const paths = files.filter((file) => file.access === access).map(({ path }) => path)
  if (paths.length === 0) return none
  return (
    <span className="two-lines">
      {paths.map((path) => (
        <code key={path}>
          <VisibleText text={path} />
        </code>
      ))}
    </span>
  )
}

function Hosts({ network: { mode, hosts } }: Pick<Containment, 'network'>): ReactNode {
  if (mode === 'unrestricted') return 'everything: its network is not confined'
  if (mode === 'none' || hosts.length === 0) return 'no network'
  return (
    <span className="two-lines">
      {hosts.map((host) => (
        <code key={host}>
          <VisibleText text={host} />
        </code>
      ))}
    </span>
  )
}

function Holds({ containment: { inForce } }: { readonly containment: Containment }): ReactNode {
  if (inForce.length === 0) return null
  return (
    <ul className="rows" aria-label="How well it holds">
      {inForce.map(({ control, strength, by, fix }) => (
        <li key={control}>
          <span className="rows-main two-lines">
            <span>{CONTROLS[control]}</span>
            <span className="quiet">
              {by}
              {fix !== undefined && `. ${fix}`}
            </span>
          </span>
          <Chip tone={STRENGTHS[strength].tone}>{STRENGTHS[strength].word}</Chip>
        </li>
      ))}
    </ul>
  )
}

const MOST_DENIALS = 8

function Denials({ server }: { readonly server: string }): ReactNode {
  const query = useRead('events.list', { event: 'sandbox.denied', limit: '100' }, { every: 15_000 })
  const events = (query.data?.items ?? []).filter(({ target }) => target === server)
  if (events.length === 0) return <p className="quiet">Nothing was refused to it lately.</p>
  return (
    <>
      <p className="quiet">Refused to it lately:</p>
      <ul className="rows" aria-label="Refused to it">
        {events.slice(0, MOST_DENIALS).map((event) => {
          const { what, why, suggestion } = denialLine(event.detail)
          return (
            <li key={event.id}>
              <span className="rows-main two-lines">
                <code>
                  <VisibleText text={what} />
                </code>
                <span className="quiet">
                  <VisibleText text={why} />
                </span>
                {suggestion !== undefined && (
                  <code className="quiet">
                    <VisibleText text={suggestion} />
                  </code>
                )}
              </span>
              <PlaceLink to={{ page: 'records', item: 'events', part: event.id }}>
                <Time at={event.at} />
              </PlaceLink>
            </li>
          )
        })}
      </ul>
    </>
  )
}
