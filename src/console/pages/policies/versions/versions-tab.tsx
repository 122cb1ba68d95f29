import { Layers, PencilLine } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Output } from '../../../api/call.ts'
import { useList } from '../../../api/lists.ts'
import { useRead } from '../../../api/queries.ts'
import { PlaceLink, useGo, usePlace } from '../../../app/place.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ListView } from '../../../design/list-view.tsx'
import { Loaded } from '../../../design/loaded.tsx'
import type { Column } from '../../../design/table.tsx'
import { Time } from '../../../design/time.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { ModeChip } from '../chips.tsx'
import type { Rollout } from './roll-out-words.ts'
import { RolloutCard } from './rollout-card.tsx'
import { VersionDrawer } from './version-drawer.tsx'

interface Row {
  readonly head: Output<'policies.versions'>['items'][number]
  readonly rollout: Rollout | undefined
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'version',
    header: 'Version',
    width: '5rem',
    cell: ({ head: { version } }) => <b className="numbers">{version}</b>,
  },
  {
    id: 'state',
    header: 'In force',
    width: '7rem',
    cell: ({ rollout }) => (rollout === undefined ? '' : <ModeChip mode={rollout.mode} />),
  },
  {
    id: 'comment',
    header: 'What changes, and why',
    width: 'minmax(14rem, 2fr)',
    cell: ({ head: { comment } }) =>
      comment === '' ? (
        <span className="quiet">no comment</span>
      ) : (
        <span title={comment}>
          <VisibleText text={comment} />
        </span>
      ),
  },
  { id: 'author', header: 'By', cell: ({ head: { author } }) => <code>{author}</code> },
  { id: 'created', header: 'Saved', width: '8rem', cell: ({ head }) => <Time at={head.created} /> },
]

/** Versions of the console's policies: which one is in force, and how it came to that. */
export function VersionsTab(): ReactNode {
  const inForce = useRead('policies.list', {})
  return (
    <Loaded query={inForce} rows={8}>
      {({ rollout }) => <Versions rollout={rollout} />}
    </Loaded>
  )
}

function Versions({ rollout }: { readonly rollout: Rollout }): ReactNode {
  const { part } = usePlace()
  const go = useGo()
  const list = useList('policies.versions', { limit: '50' })
  const rows = list.items.map((head) => ({
    head,
    rollout: head.version === rollout.version ? rollout : undefined,
  }))
  return (
    <div className="policies-versions">
      <RolloutCard rollout={rollout} />
      <ListView
        list={{ ...list, items: rows }}
        what="versions"
        columns={COLUMNS}
        idOf={({ head: { version } }) => String(version)}
        openId={part}
        onOpen={({ head: { version } }) =>
          go({ page: 'policies', item: 'versions', part: String(version) })
        }
        empty={
          <EmptyState
            icon={Layers}
            title="No version yet"
            action={
              <PlaceLink className="button" to={{ page: 'policies', item: 'editor' }}>
                <PencilLine aria-hidden /> Write the first one
              </PlaceLink>
            }
          >
            What you save in the editor is kept here, and can be put in force and taken back.
          </EmptyState>
        }
      />
      {part !== undefined && <VersionDrawer key={part} version={part} rollout={rollout} />}
    </div>
  )
}
