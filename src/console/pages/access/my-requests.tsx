import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { PlaceLink } from '../../app/place.tsx'
import { StateChip } from '../../design/chip.tsx'
import { Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'

/** One's own calls that waited for people, and what became of them. */
export function MyRequests(): ReactNode {
  const list = useList('me.requests', { limit: '20' })
  return (
    <Section title="Your requests for approval">
      {list.error !== null && <ErrorPanel error={list.error} onRetry={list.again} />}
      {list.items.length === 0 && !list.loading && list.error === null && (
        <p className="quiet">None. A call that needs a human appears here while it waits.</p>
      )}
      <ul className="rows">
        {list.items.map(({ id, server, target, state, created }) => (
          <li key={id}>
            <span className="rows-main">
              <PlaceLink to={{ page: 'approvals', item: id }}>
                <VisibleText text={`${server}: ${target}`} />
              </PlaceLink>
            </span>
            <span className="quiet">
              <Time at={created} />
            </span>
            <StateChip state={state} />
          </li>
        ))}
      </ul>
      {list.more && (
        <LoadMore
          shown={list.items.length}
          what="requests"
          more
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </Section>
  )
}
