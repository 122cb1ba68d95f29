import { CornerDownRight } from 'lucide-react'
import { Chip, StateChip } from '../../design/chip.tsx'
import type { Column } from '../../design/table.tsx'
import { exactTime } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { clockText } from './clock-text.ts'
import type { FeedCall } from './filters.ts'
import { durationText, endOf, stateOf } from './words.ts'

/** The columns of the feed. */
export const COLUMNS: readonly Column<FeedCall>[] = [
  {
    id: 'at',
    header: 'Time',
    width: '6.75rem',
    cell: ({ at }) => (
      <time dateTime={at} className="numbers live-clock" title={exactTime(Date.parse(at))}>
        {clockText(at, Date.now())}
      </time>
    ),
  },
  {
    id: 'decision',
    header: 'Decision',
    width: '7rem',
    cell: (call) => <StateChip state={stateOf(call)} />,
  },
  {
    id: 'target',
    header: 'Tool',
    width: 'minmax(11rem, 1.6fr)',
    cell: ({ server, target, policies, verdict }) => (
      <>
        <span className="live-target">
          <VisibleText text={target} />
        </span>{' '}
        <span className="quiet">
          <VisibleText text={server} />
          {verdict === 'deny' && policies.length > 0 && (
            <>
              {' · '}
              <VisibleText text={policies.join(', ')} />
            </>
          )}
        </span>
      </>
    ),
  },
  {
    id: 'risk',
    header: 'Risk',
    width: '4.5rem',
    cell: ({ risk }) => {
      if (risk === undefined) return ''
      return risk === 'high' ? <Chip tone="bad">high</Chip> : <span className="quiet">{risk}</span>
    },
  },
  {
    id: 'who',
    header: 'Who',
    width: 'minmax(7rem, 1fr)',
    cell: ({ subject, actors }) => (
      <>
        {subject === null ? <span className="quiet">nobody known</span> : <Who name={subject} />}
        {actors.length > 0 && (
          <span className="quiet live-actors">
            <CornerDownRight aria-label="by" />
            <VisibleText text={actors.join(', ')} />
          </span>
        )}
      </>
    ),
  },
  {
    id: 'client',
    header: 'Client',
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ client, claims }) => <VisibleText text={claims || client || ''} />,
  },
  {
    id: 'end',
    header: 'Outcome',
    width: '7.5rem',
    cell: (call) => (
      <span className={call.outcome === 'failed' ? 'live-failed' : 'quiet'} title={call.error}>
        {endOf(call, Date.now())}
      </span>
    ),
  },
  {
    id: 'duration',
    header: 'Latency',
    width: '4.5rem',
    end: true,
    cell: ({ duration }) => (duration === undefined ? '' : durationText(duration)),
  },
]

/** `user:ann` as a name; that it is a user goes without saying. */
function Who({ name }: { readonly name: string }) {
  return <VisibleText text={name.replace(/^user:/, '')} />
}
