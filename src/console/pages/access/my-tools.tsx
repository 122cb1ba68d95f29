import { CircleCheck, CircleHelp, GitBranch, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { Chip, Chips } from '../../design/chip.tsx'
import { Section } from '../../design/drawer.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

type Tool = Output<'me.access'>['tools'][number]

/** What policies let one do with a tool. */
const ACCESS = {
  permit: { tone: 'good', icon: CircleCheck, word: 'Yes' },
  ask: { tone: 'wait', icon: CircleHelp, word: 'After approval' },
  depends: { tone: 'note', icon: GitBranch, word: 'Depends on the call' },
  never: { tone: 'bad', icon: OctagonX, word: 'No' },
} as const
const RISKS = { low: 0, medium: 1, high: 2 } as const
const TONES = { low: 'plain', medium: 'wait', high: 'bad' } as const

const COLUMNS: readonly Column<Tool>[] = [
  {
    id: 'server',
    header: 'Server',
    width: '10rem',
    cell: ({ server }) => <code>{server}</code>,
    sort: ({ server }) => server,
  },
  {
    id: 'name',
    header: 'Tool',
    width: 'minmax(12rem, 1.5fr)',
    cell: ({ name }) => <VisibleText text={name} />,
    sort: ({ name }) => name,
  },
  { id: 'effects', header: 'Does', cell: ({ effects }) => <Chips of={effects} /> },
  {
    id: 'risk',
    header: 'Risk',
    width: '6rem',
    cell: ({ risk }) => <Chip tone={TONES[risk]}>{risk}</Chip>,
    sort: ({ risk }) => RISKS[risk],
  },
  {
    id: 'access',
    header: 'You may',
    width: '11rem',
    cell: ({ access }) => {
      const { tone, icon, word } = ACCESS[access]
      return (
        <Chip tone={tone} icon={icon}>
          {word}
        </Chip>
      )
    },
    sort: ({ access }) => access,
  },
]

/** All tools, and what one may do with each. */
export function MyTools(): ReactNode {
  const query = useRead('me.access', {})
  return (
    <Section title="Tools that you can reach">
      <Loaded query={query} rows={5}>
        {({ tools }) => (
          <Table
            label="Tools that you can reach"
            columns={COLUMNS}
            rows={tools}
            idOf={({ server, name }) => `${server} ${name}`}
            empty={<p className="quiet">No server has listed its tools yet.</p>}
          />
        )}
      </Loaded>
    </Section>
  )
}
