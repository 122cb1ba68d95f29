import type { ReactNode } from 'react'
import { VisibleText } from '../../design/visible-text.tsx'

/** A sentence of the gateway: what stands in backquotes there is code. */
export function Said({ text }: { readonly text: string }): ReactNode {
  return placed(text).map(({ at, part, code }) =>
    code ? (
      <code key={at} className="policies-said">
        <VisibleText text={part} />
      </code>
    ) : (
      <span key={at}>{part}</span>
    ),
  )
}

function placed(text: string) {
  let at = 0
  return text.split('`').map((part, index, all) => {
    const start = at
    at += part.length + 1
    // Without its second backquote a text is none.
    return { at: start, part, code: index % 2 === 1 && index < all.length - 1 }
  })
}
