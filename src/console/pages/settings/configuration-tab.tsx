import { FileCog } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { Output } from '../../api/call.ts'
import { useRead } from '../../api/queries.ts'
import { fitting } from '../../app/fitting.ts'
import { useFilter } from '../../app/place.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { Loaded } from '../../design/loaded.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

type Setting = Output<'settings.show'>['settings'][number]

const COLUMNS: readonly Column<Setting>[] = [
  {
    id: 'path',
    header: 'Key',
    width: 'minmax(14rem, 1fr)',
    cell: ({ path }) => <code>{path}</code>,
    sort: ({ path }) => path,
  },
  {
    id: 'value',
    header: 'Value',
    width: 'minmax(14rem, 2fr)',
    cell: ({ value }) => (
      <code title={value}>
        <VisibleText text={value} />
      </code>
    ),
  },
  {
    id: 'origin',
    header: 'From',
    width: 'minmax(9rem, 1fr)',
    cell: ({ origin }) => <span className="quiet">{origin ?? ''}</span>,
    sort: ({ origin }) => origin ?? '',
  },
]

/** The configuration in force; it is changed in its file. */
export function ConfigurationTab(): ReactNode {
  const query = useRead('settings.show', {})
  return (
    <>
      <div className="list-bar">
        <FilterBar search={{ name: 'q', placeholder: 'Key or value' }} filters={[]}>
          <span className="quiet">Changed in the configuration file, then loaded again.</span>
        </FilterBar>
      </div>
      <Loaded query={query} rows={10}>
        {({ settings }) => <Settings settings={settings} />}
      </Loaded>
    </>
  )
}

function Settings({ settings }: { readonly settings: readonly Setting[] }): ReactNode {
  const [search = ''] = useFilter('q')
  const rows = useMemo(
    () => fitting(settings, search, ({ path, value }) => `${path} ${value}`),
    [settings, search],
  )
  return (
    <Table
      main
      label="Configuration"
      columns={COLUMNS}
      rows={rows}
      idOf={({ path }) => path}
      empty={<EmptyState icon={FileCog} title="No key fits" />}
    />
  )
}
