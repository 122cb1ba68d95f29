import { Lock } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { EmptyState } from '../design/empty-state.tsx'
import { PageFrame } from '../design/page-frame.tsx'
import { useMe, useMeError } from './me.tsx'
import { useOpenPages } from './navigation.tsx'
import { type PageId, pageOf } from './pages.ts'
import { PlaceLink, useGo } from './place.tsx'

/**
 * A page for those whom it is for. Nothing is asked of the gateway before it is known who looks, and who
 * comes to the beginning of the console without being let in there goes on to the first page of theirs.
 */
export function Gate({
  page,
  children,
}: {
  readonly page: PageId
  readonly children: ReactNode
}): ReactNode {
  const me = useMe()
  const unknown = useMeError() === null && me === undefined
  const go = useGo()
  const [first, ...others] = useOpenPages().map(({ id }) => id)
  const closed = me !== undefined && ![first, ...others].includes(page)
  const next = closed && page === 'overview' ? first : undefined
  useEffect(() => {
    if (next !== undefined) go({ page: next as PageId }, { replace: true })
  }, [next, go])
  if (unknown || next !== undefined) return null
  return closed ? <Closed title={pageOf(page).title} /> : children
}

function Closed({ title }: { readonly title: string }): ReactNode {
  return (
    <PageFrame title={title}>
      <EmptyState
        icon={Lock}
        title="Your roles do not open this page"
        action={
          <PlaceLink to={{ page: 'access' }} className="button">
            See what you may do
          </PlaceLink>
        }
      >
        Roles come with groups. Whoever runs the gateway puts you into one.
      </EmptyState>
    </PageFrame>
  )
}
