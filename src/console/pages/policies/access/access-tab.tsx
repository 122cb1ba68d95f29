import { useQueries } from '@tanstack/react-query'
import { CircleAlert, ServerOff } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { call, type Input, type Output } from '../../../api/call.ts'
import { useRead } from '../../../api/queries.ts'
import { fitting } from '../../../app/fitting.ts'
import { PlaceLink, useGo, usePlace } from '../../../app/place.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { FilterBar } from '../../../design/filter-bar.tsx'
import { Select } from '../../../design/select.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { useChangedDraft } from '../editor/use-draft.ts'
import { AccessDrawer } from './access-drawer.tsx'
import { batches, type Known, rowsOf } from './matrix.ts'
import { MatrixGrid } from './matrix-grid.tsx'
import { useKnownSubjects } from './subject-field.tsx'

type Table = Output<'policies.matrix'>

/** Columns that still can be read beside each other. */
const MOST_COLUMNS = 12
const ACCESSES = [
  { value: 'permit', label: 'permit' },
  { value: 'ask', label: 'ask' },
  { value: 'depends', label: 'depends' },
  { value: 'never', label: 'deny' },
] as const

/** Who can call what: subjects beside each other, tools below each other. */
export function AccessTab(): ReactNode {
  const { search } = usePlace()
  const known = useKnownSubjects()
  const fit = useMemo(
    () => fitting(known, search['who'] ?? '', ({ subject, name }) => `${subject} ${name}`),
    [known, search],
  )
  const subjects = useMemo(() => fit.slice(0, MOST_COLUMNS), [fit])
  const servers = useRead('policies.completions', {}).data?.servers ?? []
  return (
    <>
      <div className="list-bar">
        <FilterBar
          search={{ name: 'q', placeholder: 'Tool' }}
          filters={[
            {
              name: 'server',
              label: 'Server',
              choices: servers.map((value) => ({ value, label: value })),
            },
            { name: 'access', label: 'Access', choices: ACCESSES },
          ]}
        >
          <WhoField />
          <DraftField />
          {fit.length > subjects.length && (
            <span className="quiet">
              {subjects.length} of {fit.length} subjects: search for others
            </span>
          )}
        </FilterBar>
      </div>
      <Matrix subjects={subjects} />
    </>
  )
}

/** The people and agents that are shown, by a few letters. */
function WhoField(): ReactNode {
  const { search } = usePlace()
  const go = useGo()
  return (
    <input
      className="input policies-who"
      aria-label="Subject"
      placeholder="Subject"
      defaultValue={search['who'] ?? ''}
      onChange={({ target: { value } }) => {
        const { who: _, ...rest } = search
        const next = value === '' ? rest : { ...rest, who: value }
        go({ page: 'policies', item: 'access', search: next }, { replace: true })
      }}
    />
  )
}

/** What is in force, or the draft of this window. */
function DraftField(): ReactNode {
  const { search, part } = usePlace()
  const go = useGo()
  const draft = useChangedDraft()
  if (draft === undefined) return null
  return (
    <Select
      look="filter"
      label="Under"
      value={search['under'] ?? ''}
      choices={[
        { value: '', label: 'what is in force' },
        { value: 'draft', label: 'my draft' },
      ]}
      onChange={(value) => {
        const { under: _, ...rest } = search
        const next = value === '' ? rest : { ...rest, under: value }
        go({ page: 'policies', item: 'access', part, search: next })
      }}
    />
  )
}

function useTables(subjects: readonly Known[]) {
  const { search } = usePlace()
  const draft = useChangedDraft()
  const { server, under } = search
  const inputs = batches(subjects).map(
    (batch): Input<'policies.matrix'> => ({
      subjects: [...batch.subjects],
      groups: [...batch.groups],
      ...(server === undefined ? {} : { server }),
      ...(under === 'draft' && draft !== undefined ? { files: draft.files } : {}),
    }),
  )
  return useQueries({
    queries: inputs.map((input) => ({
      queryKey: ['policies.matrix', input],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        call('policies.matrix', input, { signal }),
    })),
    combine: (results) => ({
      tables: results.flatMap(({ data }): readonly Table[] => (data === undefined ? [] : [data])),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      again: () => void Promise.all(results.map(({ refetch }) => refetch())),
      loading: results.some(({ isPending }) => isPending),
    }),
  })
}

function Matrix({ subjects }: { readonly subjects: readonly Known[] }): ReactNode {
  const { search, part } = usePlace()
  const go = useGo()
  const { tables, error, again, loading } = useTables(subjects)
  const { q = '', access } = search
  const rows = useMemo(() => {
    const all = rowsOf(
      tables.flatMap(({ cells }) => cells),
      subjects.map(({ subject }) => subject),
    )
    const narrowed =
      access === undefined
        ? all
        : all.filter(({ cells }) => cells.some((cell) => cell?.access === access))
    return fitting(narrowed, q, ({ target }) => target)
  }, [tables, subjects, q, access])
  if (error !== null)
    return (
      <div className="inset">
        <ErrorPanel error={error} onRetry={again} />
      </div>
    )
  if (loading || subjects.length === 0)
    return (
      <div className="inset">
        <SkeletonRows count={10} />
      </div>
    )
  return (
    <>
      <Gaps tables={tables} />
      {rows.length === 0 ? (
        <EmptyState
          icon={ServerOff}
          title="No tool fits"
          action={
            <PlaceLink className="button" to={{ page: 'servers' }}>
              Look at the servers
            </PlaceLink>
          }
        >
          Tools appear once their server has listed them.
        </EmptyState>
      ) : (
        <MatrixGrid
          rows={rows}
          subjects={subjects}
          open={{ target: part, subject: search['cell'] }}
          onOpen={({ subject, target }) =>
            go({
              page: 'policies',
              item: 'access',
              part: target,
              search: { ...search, cell: subject },
            })
          }
        />
      )}
      <AccessDrawer rows={rows} subjects={subjects} />
    </>
  )
}

function Gaps({ tables }: { readonly tables: readonly Table[] }): ReactNode {
  const unlisted = [...new Set(tables.flatMap((table) => table.unlisted))]
  const truncated = tables.some((table) => table.truncated)
  if (unlisted.length === 0 && !truncated) return null
  return (
    <div className="policies-notices">
      {unlisted.length > 0 && (
        <p className="policies-notice" data-tone="wait">
          <CircleAlert aria-hidden />
          <span>The tools of {unlisted.join(', ')} are not known now, and do not stand here.</span>
        </p>
      )}
      {truncated && (
        <p className="policies-notice" data-tone="wait">
          <CircleAlert aria-hidden />
          <span>There are more tools than are shown: choose a server.</span>
        </p>
      )}
    </div>
  )
}
