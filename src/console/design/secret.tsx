import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'

/** Something that is shown once, and then never again. */
export function Secret({
  text,
  what,
}: {
  readonly text: string
  readonly what: string
}): ReactNode {
  return (
    <div className="secret">
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  )
}
