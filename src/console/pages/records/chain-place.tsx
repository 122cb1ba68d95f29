import type { ReactNode } from 'react'
import { CopyButton } from '../../design/copy-button.tsx'

/** Where a record stands in the chain. */
export function ChainPlace({
  seq,
  hash,
  what,
}: {
  readonly seq: number
  readonly hash: string
  readonly what: string
}): ReactNode {
  return (
    <span className="records-place">
      <b className="numbers">{seq}</b>
      <code>{hash}</code>
      <CopyButton text={hash} what={`hash of ${what}`} />
    </span>
  )
}
