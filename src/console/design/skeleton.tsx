import type { ReactNode } from 'react'

/** Stands for a list that is on its way. */
export function SkeletonRows({ count }: { readonly count: number }): ReactNode {
  const rows = Array.from({ length: count }, (_, index) => `row ${index}`)
  return (
    <div className="skeletons" role="status" aria-label="Loading">
      {rows.map((row) => (
        <div key={row} className="skeleton" aria-hidden />
      ))}
    </div>
  )
}
