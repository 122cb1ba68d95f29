import './approvals.css'
import './request.css'
import './dock.css'
import './values/values.css'
import './narrow.css'
import { MailQuestionMark } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRead } from '../../api/queries.ts'
import { pageOf } from '../../app/pages.ts'
import { useFilter, usePlace } from '../../app/place.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { FilterBar } from '../../design/filter-bar.tsx'
import { PageFrame } from '../../design/page-frame.tsx'
import { Select } from '../../design/select.tsx'
import { TabLinks } from '../../design/tabs.tsx'
import { APPROVAL_CHOICES } from './choices.ts'
import { ContextsTab } from './contexts/contexts-tab.tsx'
import { Inbox } from './inbox.tsx'
import { PatternsTab } from './patterns-tab.tsx'
import { RequestView } from './request-view.tsx'
import { useView, VIEW_TITLES, VIEWS, type View, viewSearch } from './view.ts'

/** `/console/approvals/{id}?view=…`: what clients and chats lead to. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('approvals')
  const { item } = usePlace()
  const view = useView()
  return (
    <PageFrame fill title={title} purpose={purpose} bar={<Views view={view} />}>
      {isOfCards(view) && item === undefined ? (
        <div className="approvals-patterns">
          <Filters view={view} />
          {view === 'patterns' ? <PatternsTab /> : <ContextsTab />}
        </div>
      ) : (
        <div className="approvals" data-open={item !== undefined || undefined}>
          <section className="approvals-inbox" aria-label="Inbox">
            <Filters view={view} />
            <Inbox view={isOfCards(view) ? 'pending' : view} />
          </section>
          {item === undefined ? <NothingOpen /> : <RequestView key={item} id={item} />}
        </div>
      )}
    </PageFrame>
  )
}

function Views({ view }: { readonly view: View }): ReactNode {
  const { toAnswer, all } = useRead('approvals.count', {}).data ?? {}
  const counts: Partial<Record<View, number | undefined>> = { waiting: toAnswer, pending: all }
  return (
    <TabLinks
      label="Approvals"
      tabs={VIEWS.map((one) => ({
        title: VIEW_TITLES[one],
        to: { page: 'approvals', search: viewSearch(one) },
        count: counts[one],
        current: one === view,
      }))}
    />
  )
}

function Filters({ view }: { readonly view: View }): ReactNode {
  return (
    <div className="list-bar">
      {isOfCards(view) ? (
        <OneFilter name={view === 'patterns' ? 'ended' : 'untrusted'} />
      ) : (
        <FilterBar
          search={{ name: 'q', placeholder: 'Tool, person, client' }}
          filters={
            view === 'answered'
              ? [{ name: 'state', label: 'State', choices: APPROVAL_CHOICES.state }]
              : []
          }
        />
      )}
    </div>
  )
}

/** Views that are no list of requests. */
function isOfCards(view: View): view is 'patterns' | 'contexts' {
  return view === 'patterns' || view === 'contexts'
}

function OneFilter({ name }: { readonly name: 'ended' | 'untrusted' }): ReactNode {
  const [value = '', set] = useFilter(name)
  return (
    <Select
      look="filter"
      label="Show"
      value={value}
      choices={APPROVAL_CHOICES[name]}
      onChange={set}
    />
  )
}

function NothingOpen(): ReactNode {
  return (
    <div className="approvals-none">
      <EmptyState icon={MailQuestionMark} title="Choose a request">
        What exactly would happen, who asks, and why it waits stands here.
      </EmptyState>
    </div>
  )
}
