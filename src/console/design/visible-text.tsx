import { type ReactNode, useMemo } from 'react'
import { type VisiblePart, visibleParts } from './visible-parts.ts'

/** A text of others, whole, with everything unseen spelled out and look-alikes marked. */
export function VisibleText({ text }: { readonly text: string }): ReactNode {
  const parts = useMemo(() => keyed(visibleParts(text)), [text])
  // Its direction is its own: nothing in it turns round what stands beside it.
  return (
    <bdi>
      {parts.map(({ key, part }) =>
        part.kind === 'plain' ? part.text : <Marked key={key} part={part} />,
      )}
    </bdi>
  )
}

function Marked({ part: { kind, text, meaning = '' } }: { readonly part: VisiblePart }): ReactNode {
  const [code = '', ...words] = meaning.split(' ')
  return (
    <mark className="marked" data-kind={kind} title={meaning}>
      {kind === 'unseen' ? code : text}
      <span className="unseen"> ({kind === 'unseen' ? words.join(' ') : meaning}) </span>
    </mark>
  )
}

function keyed(parts: readonly VisiblePart[]) {
  let at = 0
  return parts.map((part) => {
    const key = at
    at += part.text.length
    return { key, part }
  })
}

/** How many characters of a text are not what they seem. */
export function markedIn(text: string): number {
  return visibleParts(text).filter(({ kind }) => kind !== 'plain').length
}
