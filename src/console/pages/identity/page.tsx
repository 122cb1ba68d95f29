import type { ReactNode } from 'react'
import { pageOf } from '../../app/pages.ts'
import { PageFrame } from '../../design/page-frame.tsx'
import { SkeletonRows } from '../../design/skeleton.tsx'

/** `/console/identity`. */
export function Page(): ReactNode {
  const { title, purpose } = pageOf('identity')
  return (
    <PageFrame title={title} purpose={purpose}>
      <SkeletonRows count={8} />
    </PageFrame>
  )
}
