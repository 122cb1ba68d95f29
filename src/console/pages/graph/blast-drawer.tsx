import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../app/place.tsx'
import { Chip, Chips, type Tone } from '../../design/chip.tsx'
import { Drawer, Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { type Column, Table } from '../../design/table.tsx'
import type { TimeRange } from '../../design/time-span.ts'
import { VisibleText } from '../../design/visible-text.tsx'
import { KIND_WORDS, type Kind } from './flows.ts'

type Blast = Output<'graph.blast'>
type Reached = Blast['tools'][number]

const ACCESS: Readonly<Record<Reached['access'], { readonly word: string; readonly tone: Tone }>> =
  {
    permit: { word: 'permitted', tone: 'wait' },
    depends: { word: 'depends', tone: 'plain' },
    ask: { word: 'asks a human', tone: 'note' },
    unknown: { word: 'seen called', tone: 'plain' },
    never: { word: 'never', tone: 'good' },
  }

const COLUMNS: readonly Column<Reached>[] = [
  {
    id: 'tool',
    header: 'Tool',
    width: 'minmax(10rem, 1.6fr)',
    cell: ({ server, tool }) => (
      <span title={`${server}:${tool}`}>
        <PlaceLink to={{ page: 'servers', item: server, part: tool }}>
          <VisibleText text={`${server}:${tool}`} />
        </PlaceLink>
      </span>
    ),
    sort: ({ server, tool }) => `${server}:${tool}`,
  },
  {
    id: 'access',
    header: 'Policies',
    width: '7rem',
    cell: ({ access }) => <Chip tone={ACCESS[access].tone}>{ACCESS[access].word}</Chip>,
    sort: ({ access }) => access,
  },
  { id: 'effects', header: 'Effects', cell: ({ effects }) => <Chips of={effects} /> },
  { id: 'reads', header: 'Reads', cell: ({ reads }) => <Chips of={reads} /> },
  {
    id: 'risk',
    header: 'Risk',
    width: '4.5rem',
    cell: ({ risk }) => risk,
    sort: ({ risk }) => ['high', 'medium', 'low'].indexOf(risk),
  },
  {
    id: 'calls',
    header: 'Calls',
    width: '4rem',
    end: true,
    cell: ({ calls }) => calls,
    sort: ({ calls }) => calls,
  },
]

/** What falls with a node, if somebody has taken it over. */
export function BlastDrawer({
  kind,
  name,
  range,
}: {
  readonly kind: Kind
  readonly name: string
  readonly range: TimeRange
}): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  const query = useRead('graph.blast', { ...range, kind, name }, { keep: true })
  return (
    <Drawer
      open
      wide
      eyebrow={`If this ${KIND_WORDS[kind].one.toLowerCase()} is compromised`}
      title={<VisibleText text={name} />}
      onClose={() => go({ page: 'graph', search })}
    >
      <Loaded query={query}>
        {(blast) => (
          <>
            <Numbers blast={blast} />
            <p className="graph-words">{CAVEATS[kind]}</p>
            <Section title="Effects">
              <Words of={blast.effects} none="None: no tool is within reach." />
            </Section>
            <Section title="Kinds of data">
              <Words of={blast.reads} none="Nobody said what kinds of data these tools hand out." />
            </Section>
            <Section title="Tools within reach">
              <Table
                label="Tools within reach"
                columns={COLUMNS}
                rows={blast.tools}
                idOf={({ server, tool }) => `${server}:${tool}`}
                empty={
                  <p className="quiet">None: no policy lets it near one, and none was called.</p>
                }
              />
            </Section>
            <Section title="Users and agents">
              <NodeLinks kind="subject" names={blast.subjects} none="Nobody is concerned." />
            </Section>
            <Section title="Clients">
              <NodeLinks kind="client" names={blast.clients} none="None was seen in this time." />
            </Section>
            <Section title="Destinations">
              <NodeLinks
                kind="destination"
                names={blast.destinations.map((one) => one.name)}
                none="None was named in arguments that records keep."
              />
            </Section>
          </>
        )}
      </Loaded>
    </Drawer>
  )
}

const CAVEATS: Readonly<Record<Kind, string>> = {
  subject: 'By what policies let them do now, and by what they did in this time.',
  client: 'By what policies let those do who used it in this time: it acts in their names.',
  server:
    'It sees what it is called with, and can answer with anything: whoever reads its answers is reached, too, beyond this list.',
  tool: 'Who can be reached by it: those whom policies let call it, and those who did.',
  destination:
    'By what was seen to name it in this time. What it does with what it gets, nobody sees.',
}

function Numbers({ blast }: { readonly blast: Blast }): ReactNode {
  const rows: readonly (readonly [count: number, one: string, many: string])[] = [
    [blast.tools.length, 'tool', 'tools'],
    [blast.effects.length, 'effect', 'effects'],
    [blast.reads.length, 'kind of data', 'kinds of data'],
    [blast.destinations.length, 'destination', 'destinations'],
    [blast.subjects.length, 'user or agent', 'users and agents'],
  ]
  return (
    <ul className="graph-numbers">
      {rows.map(([count, one, many]) => (
        <li key={one}>
          <b className="numbers">{count}</b>
          <span className="quiet">{count === 1 ? one : many}</span>
        </li>
      ))}
    </ul>
  )
}

function Words({ of, none }: { readonly of: readonly string[]; readonly none: string }): ReactNode {
  return of.length === 0 ? <p className="quiet">{none}</p> : <Chips of={of} />
}

function NodeLinks({
  kind,
  names,
  none,
}: {
  readonly kind: Kind
  readonly names: readonly string[]
  readonly none: string
}): ReactNode {
  const { search } = usePlace()
  if (names.length === 0) return <p className="quiet">{none}</p>
  return (
    <ul className="graph-links">
      {names.map((name) => (
        <li key={name}>
          <PlaceLink to={{ page: 'graph', item: kind, part: name, search }}>
            <VisibleText text={name} />
          </PlaceLink>
        </li>
      ))}
    </ul>
  )
}
