import { Compass } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../design/empty-state.tsx'
import { PageFrame } from '../design/page-frame.tsx'
import { PlaceLink } from './place.tsx'

/** For an address that leads nowhere. */
export function NotFound(): ReactNode {
  return (
    <PageFrame title="Nothing here">
      <EmptyState
        icon={Compass}
        title="This address leads nowhere"
        action={
          <PlaceLink to={{ page: 'overview' }} className="button">
            Go to the overview
          </PlaceLink>
        }
      >
        The link may be old, or what it led to may be gone.
      </EmptyState>
    </PageFrame>
  )
}
