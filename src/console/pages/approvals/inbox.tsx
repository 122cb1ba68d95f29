import { ChevronRight, CircleCheck, Inbox as InboxIcon } from 'lucide-react'
import { type ReactNode, useMemo, useRef } from 'react'
import { useList } from '../../api/lists.ts'
import { PlaceLink, useFilter, usePlace } from '../../app/place.tsx'
import { useShortcuts } from '../../app/shortcuts.ts'
import { Chip, StateChip } from '../../design/chip.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { Expiry } from './expiry.tsx'
import { fits, type Group, groupsOf, type Listed, nameOf } from './groups.ts'
import type { View } from './view.ts'

const PAGE = '100'
type ListView = Exclude<View, 'patterns' | 'contexts'>

const STATE: Readonly<Record<ListView, object>> = {
  waiting: { state: 'pending', mine: 'true' },
  pending: { state: 'pending' },
  answered: {},
}

/** Requests, alike ones folded together. */
export function Inbox({ view }: { readonly view: ListView }): ReactNode {
  const { item: open } = usePlace()
  const [search] = useFilter('q')
  const [state] = useFilter('state')
  const wanted = view === 'answered' && state !== undefined ? { state } : STATE[view]
  const list = useList('approvals.list', { ...wanted, limit: PAGE } as never)
  const groups = useMemo(
    () => groupsOf(list.items.filter((item) => isOf(view, item) && fits(item, search))),
    [list.items, view, search],
  )
  const rows = useRef<HTMLUListElement>(null)
  useRowKeys(rows)
  if (list.loading)
    return (
      <div className="inset">
        <SkeletonRows count={7} />
      </div>
    )
  if (list.error !== null && list.items.length === 0)
    return (
      <div className="inset">
        <ErrorPanel error={list.error} onRetry={list.again} />
      </div>
    )
  const shown = groups.reduce((sum, { items }) => sum + items.length, 0)
  return (
    <>
      {groups.length === 0 ? (
        <Nothing view={view} searched={search !== undefined || state !== undefined} />
      ) : (
        <ul ref={rows} className="approvals-rows" aria-label="Requests">
          {groups.map((group) => (
            <GroupRows key={group.key} group={group} view={view} open={open} />
          ))}
        </ul>
      )}
      {(list.more || shown > 0) && (
        <LoadMore
          shown={shown}
          what={shown === 1 ? 'request' : 'requests'}
          more={list.more}
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </>
  )
}

function isOf(view: ListView, { state, waitsForYou }: Listed): boolean {
  if (view === 'waiting') return waitsForYou
  return view === 'pending' || state !== 'pending'
}

function GroupRows({
  group: { key, items },
  view,
  open,
}: {
  readonly group: Group
  readonly view: ListView
  readonly open: string | undefined
}): ReactNode {
  const [unfolded, unfold] = useFilter('unfold')
  const [first] = items
  if (items.length === 1) return <Row item={first} view={view} open={open} />
  // Named by its oldest: more of them may come.
  const name = items.at(-1)?.id ?? key
  const isOpen = unfolded === name || items.some(({ id }) => id === open)
  return (
    <li>
      <button
        type="button"
        className="approvals-row approvals-group"
        aria-expanded={isOpen}
        data-row
        onClick={() => unfold(isOpen ? undefined : name)}
      >
        <ChevronRight aria-hidden />
        <Words item={first} view={view} />
        <span className="approvals-row-end">
          <Chip tone="note">{items.length} alike</Chip>
          {view === 'answered' && <StateChip state={first.state} />}
        </span>
      </button>
      {isOpen && (
        <ul className="approvals-alike">
          {items.map((item) => (
            <Row key={item.id} item={item} view={view} open={open} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Row({
  item,
  view,
  open,
}: {
  readonly item: Listed
  readonly view: ListView
  readonly open: string | undefined
}): ReactNode {
  const { search } = usePlace()
  const { id, created, expires, state } = item
  return (
    <li>
      <PlaceLink
        to={{ page: 'approvals', item: id, search }}
        className="approvals-row"
        current={id === open}
      >
        <Words item={item} view={view} />
        <span className="approvals-row-end">
          {state === 'pending' ? (
            <Expiry from={created} until={expires} />
          ) : (
            <>
              <StateChip state={state} />
              <Time at={created} />
            </>
          )}
        </span>
      </PlaceLink>
    </li>
  )
}

function Words({
  item: { server, target, subject, client, waitsForYou },
  view,
}: {
  readonly item: Listed
  readonly view: ListView
}): ReactNode {
  return (
    <span className="approvals-row-words">
      <span className="approvals-row-title">
        <VisibleText text={target} />
        <span className="quiet">
          {' '}
          on <VisibleText text={server} />
        </span>
      </span>
      <span className="approvals-row-who">
        <span className="cut">
          for <VisibleText text={nameOf(subject)} />, by <VisibleText text={client} />
        </span>
        {view === 'pending' && waitsForYou && <Chip tone="wait">for you</Chip>}
      </span>
    </span>
  )
}

function Nothing({
  view,
  searched,
}: {
  readonly view: ListView
  readonly searched: boolean
}): ReactNode {
  if (searched)
    return (
      <EmptyState icon={InboxIcon} title="No request fits">
        Clear the filters to see all of them.
      </EmptyState>
    )
  if (view === 'answered')
    return (
      <EmptyState icon={InboxIcon} title="Nothing has been answered yet">
        What people decided, and what nobody answered in time, stands here for 90 days.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={CircleCheck}
      title={view === 'waiting' ? 'Nothing waits for you' : 'Nothing waits'}
      action={
        view === 'waiting' && (
          <PlaceLink to={{ page: 'approvals', search: { view: 'pending' } }} className="button">
            See all that is pending
          </PlaceLink>
        )
      }
    >
      A call that a policy lets humans decide about appears here by itself, while it waits.
    </EmptyState>
  )
}

/** `j` and `k` go from row to row; Enter opens the one that has the focus. */
function useRowKeys(rows: { readonly current: HTMLUListElement | null }): void {
  const move = (step: number): void => {
    const all = [...(rows.current?.querySelectorAll<HTMLElement>('.approvals-row') ?? [])]
    const focused = all.indexOf(document.activeElement as HTMLElement)
    const at =
      focused >= 0 ? focused : all.findIndex((one) => one.getAttribute('aria-current') === 'page')
    const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step
    const row = all[Math.min(Math.max(next, 0), all.length - 1)]
    row?.focus()
    row?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts([
    { keys: 'j', label: 'Next request', group: 'Approvals', run: () => move(1) },
    { keys: 'k', label: 'Request before', group: 'Approvals', run: () => move(-1) },
  ])
}
