import type { ReactNode } from 'react'
import { useList } from '../../api/lists.ts'
import { PlaceLink, usePlace } from '../../app/place.tsx'
import { Section } from '../../design/drawer.tsx'
import { ErrorPanel } from '../../design/error-panel.tsx'
import { LoadMore } from '../../design/load-more.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'
import { Time } from '../../design/time.tsx'
import { VisibleText } from '../../design/visible-text.tsx'
import { StatusChip } from './chips.tsx'
import { itemPlace } from './item-address.ts'
import { CAUSES, type Diff, type Version } from './words.ts'

const DIGITS = 12

/** Every version of a definition that was ever seen; an older one is opened to be pinned. */
export function History({ diff: { definition } }: { readonly diff: Diff }): ReactNode {
  const { server, kind, name, digest } = definition
  const list = useList('definitions.list', { server, kind, name, history: 'true', limit: '50' })
  return (
    <Section title="History">
      {list.loading && <SkeletonRows count={2} />}
      {list.error !== null && list.items.length === 0 && (
        <ErrorPanel error={list.error} onRetry={list.again} />
      )}
      <ol className="rows">
        {list.items.map((version) => (
          <HistoryRow key={version.digest} version={version} current={version.digest === digest} />
        ))}
      </ol>
      {list.more && (
        <LoadMore
          shown={list.items.length}
          what="versions"
          more
          busy={list.loadingMore}
          onMore={list.loadMore}
        />
      )}
    </Section>
  )
}

function HistoryRow({
  version,
  current,
}: {
  readonly version: Version
  readonly current: boolean
}): ReactNode {
  const { search } = usePlace()
  const { digest, status, cause, seen, decided, by, reason, listed } = version
  return (
    <li>
      <span className="rows-main two-lines">
        <span>
          {current ? (
            <b>
              <code>{digest.slice(0, DIGITS)}</code>, shown here
            </b>
          ) : (
            <PlaceLink to={itemPlace(version, search)} label={`Version ${digest.slice(0, DIGITS)}`}>
              <code>{digest.slice(0, DIGITS)}</code>
            </PlaceLink>
          )}
          <span className="quiet">
            {' '}
            {CAUSES[cause]} <Time at={seen} />
            {listed && '; listed now'}
          </span>
        </span>
        {decided !== undefined && (
          <span className="quiet">
            decided <Time at={decided} />
            {by !== undefined && ` by ${by === 'first-sight' ? 'the configuration' : by}`}
            {reason !== undefined && reason !== '' && (
              <>
                : <VisibleText text={reason} />
              </>
            )}
          </span>
        )}
      </span>
      <StatusChip status={status} />
    </li>
  )
}
