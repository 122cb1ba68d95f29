import { BookOpenText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useList } from '../../../api/lists.ts'
import { useLive } from '../../../api/live.ts'
import { reread } from '../../../api/queries.ts'
import { PlaceLink, useFilter } from '../../../app/place.tsx'
import { EmptyState } from '../../../design/empty-state.tsx'
import { ErrorPanel } from '../../../design/error-panel.tsx'
import { LoadMore } from '../../../design/load-more.tsx'
import { SkeletonRows } from '../../../design/skeleton.tsx'
import { ContextCard } from './context-card.tsx'

const EVERY = 15_000

/** What agents have read, context by context, and a way to begin anew. */
export function ContextsTab(): ReactNode {
  const [open, choose] = useFilter('context')
  const [untrusted] = useFilter('untrusted')
  const only = untrusted === 'yes' ? ({ untrusted: 'true' } as const) : {}
  const list = useList('flow.contexts', only, { every: EVERY })
  useLive(({ kind, data }) => {
    const { event } = (data ?? {}) as { readonly event?: unknown }
    if (kind === 'event' && String(event).startsWith('flow.')) void reread(['flow'])
  })
  if (list.loading) return <SkeletonRows count={6} />
  if (list.error !== null && list.items.length === 0)
    return <ErrorPanel error={list.error} onRetry={list.again} />
  const chosen = list.items.filter(({ id }) => id === open)
  const others = list.items.filter(({ id }) => id !== open)
  return (
    <>
      {open !== undefined && chosen.length === 0 && (
        <p className="approvals-notice" data-tone="plain" role="status">
          The context <code>{open}</code> is over, or not yours to see. Its next call opens a clean
          one.
        </p>
      )}
      {list.items.length === 0 && <None filtered={untrusted === 'yes'} />}
      {[...chosen, ...others].map((context) => (
        <ContextCard
          key={context.id}
          context={context}
          open={context.id === open}
          onOpen={(wanted) => choose(wanted ? context.id : undefined)}
        />
      ))}
      {list.more && (
        <LoadMore
          shown={list.items.length}
          what="contexts"
          more
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </>
  )
}

function None({ filtered }: { readonly filtered: boolean }): ReactNode {
  return (
    <EmptyState
      icon={BookOpenText}
      title={filtered ? 'Nobody has read untrusted text' : 'No agent has read anything yet'}
      action={
        <PlaceLink to={{ page: 'approvals' }} className="button">
          See what waits
        </PlaceLink>
      }
    >
      Of each agent the gateway remembers what it read, so that it can tell where a recipient, a
      link or a command came from.
    </EmptyState>
  )
}
