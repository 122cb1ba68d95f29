import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ErrorPanel } from '../design/error-panel.tsx'
import { PageFrame } from '../design/page-frame.tsx'

/** For a page that broke, or whose file did not come. */
export function RouteError({ error: thrown, reset }: ErrorComponentProps): ReactNode {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return (
    <PageFrame title="This page did not load">
      <ErrorPanel
        error={error}
        onRetry={() => {
          // After an update of the gateway the files of the old console are gone.
          if (error.message.includes('import')) window.location.reload()
          else reset()
        }}
      />
    </PageFrame>
  )
}
