import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { ErrorPanel } from './error-panel.tsx'
import { SkeletonRows } from './skeleton.tsx'

/** What was read, once it is there; until then that it comes, or why it does not. */
export function Loaded<T>({
  query,
  rows = 6,
  children,
}: {
  readonly query: UseQueryResult<T, ApiError>
  /** How tall it will be, roughly. */
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}): ReactNode {
  const { data, error, refetch } = query
  if (data !== undefined)
    return (
      <>
        {error !== null && <ErrorPanel error={error} onRetry={() => void refetch()} />}
        {children(data)}
      </>
    )
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  return <SkeletonRows count={rows} />
}
