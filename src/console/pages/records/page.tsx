import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { PageFrame } from '../../design/page-frame.tsx'

/** `/console/records`. */
export function Page(): ReactNode {
  const { title, purpose, icon } = pageOf('records')
  return (
    <PageFrame title={title} purpose={purpose}>
      <EmptyState icon={icon} title="Nothing here yet">
        The command line shows it meanwhile.
      </EmptyState>
    </PageFrame>
  )
}
