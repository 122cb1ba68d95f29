import { ShieldOff, TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { fitting } from '../../app/fitting.ts'
import { PlaceLink, useFilter, useGo, usePlace } from '../../app/place.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { EffectChip, ModeChip, Origin } from './chips.tsx'
import { PolicyDrawer } from './policy-drawer.tsx'
import { Said } from './said.tsx'
import { effectOf, liftedBy, type Policy } from './words-of-policies.ts'

type InForce = Output<'policies.list'>

const COLUMNS: readonly Column<Policy>[] = [
  {
    id: 'effect',
    header: 'Effect',
    width: '6rem',
    cell: (policy) => <EffectChip effect={effectOf(policy)} />,
    sort: (policy) => effectOf(policy),
  },
  {
    id: 'id',
    header: 'Policy',
    width: 'minmax(12rem, 1fr)',
    cell: ({ id }) => <code>{id}</code>,
    sort: ({ id }) => id,
  },
  {
    id: 'reason',
    header: 'Reason',
    width: 'minmax(12rem, 1.8fr)',
    cell: ({ reason }) =>
      reason === undefined ? (
        <span className="quiet">none given</span>
      ) : (
        <span title={reason}>
          <VisibleText text={reason} />
        </span>
      ),
  },
  {
    id: 'mode',
    header: 'Mode',
    width: '6.5rem',
    cell: ({ mode }) => <ModeChip mode={mode} />,
    sort: ({ mode }) => mode,
  },
  {
    id: 'lift',
    header: 'Lifted by',
    width: 'minmax(7rem, 0.8fr)',
    cell: ({ lift }) =>
      lift === undefined ? '' : <span title={liftedBy(lift)}>{liftedBy(lift)}</span>,
    sort: ({ lift }) => (lift === undefined ? '' : liftedBy(lift)),
  },
  {
    id: 'origin',
    header: 'Written in',
    width: 'minmax(10rem, 0.9fr)',
    cell: (policy) => <Origin {...policy} />,
    sort: ({ origin, file, line }) => `${origin} ${file} ${String(line).padStart(6, '0')}`,
  },
]

const FILTERS = [
  {
    name: 'effect',
    label: 'Effect',
    choices: ['permit', 'forbid', 'ask'].map((value) => ({ value, label: value })),
  },
  {
    name: 'origin',
    label: 'Written in',
    choices: [
      { value: 'file', label: 'configuration' },
      { value: 'managed', label: 'console' },
    ],
  },
  {
    name: 'mode',
    label: 'Mode',
    choices: [
      { value: 'enforce', label: 'enforced' },
      { value: 'observe', label: 'observes' },
    ],
  },
] as const

/** What decides now: policies of the configuration's files and of the console, as one set. */
export function InForceTab(): ReactNode {
  const query = useRead('policies.list', {})
  const { part } = usePlace()
  return (
    <>
      <div className="list-bar">
        <FilterBar search={{ name: 'q', placeholder: 'Id, reason or text' }} filters={FILTERS} />
      </div>
      <Loaded query={query} rows={10}>
        {(inForce) => (
          <>
            <Notice inForce={inForce} />
            <PolicyTable inForce={inForce} />
            {part !== undefined && <PolicyDrawer key={part} id={part} inForce={inForce} />}
          </>
        )}
      </Loaded>
    </>
  )
}

function Notice({
  inForce: { problem, warnings, rollout },
}: {
  readonly inForce: InForce
}): ReactNode {
  if (problem === undefined && warnings.length === 0 && rollout.mode !== 'observe') return null
  return (
    <div className="policies-notices">
      {problem !== undefined && (
        <p className="policies-notice" data-tone="bad" role="alert">
          <TriangleAlert aria-hidden />
          <span>
            What is written now is not what is in force: <Said text={problem} />
          </span>
        </p>
      )}
      {rollout.mode === 'observe' && (
        <p className="policies-notice" data-tone="note">
          <TriangleAlert aria-hidden />
          <span>
            Version {rollout.version} of the console only observes: it changes no decision.{' '}
            <PlaceLink to={{ page: 'policies', item: 'versions' }}>
              What it would have denied
            </PlaceLink>
          </span>
        </p>
      )}
      {warnings.map(({ file, line, column, message }) => (
        <p
          key={`${file} ${line} ${column} ${message}`}
          className="policies-notice"
          data-tone="wait"
        >
          <TriangleAlert aria-hidden />
          <span>
            <code>
              {file}:{line}
            </code>{' '}
            <Said text={message} />
          </span>
        </p>
      ))}
    </div>
  )
}

function PolicyTable({
  inForce: { policies, guards, limits },
}: {
  readonly inForce: InForce
}): ReactNode {
  const go = useGo()
  const { part, search } = usePlace()
  const [wanted = ''] = useFilter('q')
  const { effect, origin, mode } = search
  const rows = useMemo(() => {
    const narrowed = policies.filter(
      (policy) =>
        (effect === undefined || effectOf(policy) === effect) &&
        (origin === undefined || policy.origin === origin) &&
        (mode === undefined || policy.mode === mode),
    )
    return fitting(narrowed, wanted, ({ id, reason = '', text }) => `${id} ${reason} ${text}`)
  }, [policies, wanted, effect, origin, mode])
  return (
    <Table
      main
      label="Policies in force"
      columns={COLUMNS}
      rows={rows}
      idOf={({ id }) => id}
      openId={part}
      onOpen={({ id }) => go({ page: 'policies', item: 'in-force', part: id, search })}
      empty={
        <EmptyState icon={ShieldOff} title="No policy fits">
          {policies.length === 0
            ? 'Nothing is permitted while there is no policy. Name a starter set in the configuration, or write one in the editor.'
            : 'Take a filter out.'}
        </EmptyState>
      }
      foot={
        <div className="load-more">
          <span className="quiet numbers">
            {rows.length} of {policies.length} policies, {guards.length}{' '}
            {guards.length === 1 ? 'guard' : 'guards'}, {limits.length}{' '}
            {limits.length === 1 ? 'limit' : 'limits'}
          </span>
        </div>
      }
    />
  )
}
