import type { ReactNode } from 'react'
import { Button } from './button.tsx'

/** The foot of a list that goes on: how many are shown, and a button for more. */
export function LoadMore({
  shown,
  what,
  more,
  busy = false,
  onMore,
}: {
  readonly shown: number
  /** Of what, as a plural. */
  readonly what: string
  readonly more: boolean
  readonly busy?: boolean
  readonly onMore: () => void
}): ReactNode {
  return (
    <div className="load-more">
      <span className="quiet numbers" role="status">
        {more ? `The first ${shown} ${what}` : `${shown} ${what}`}
      </span>
      {more && (
        <Button size="small" busy={busy} onClick={onMore}>
          Load more
        </Button>
      )}
    </div>
  )
}
