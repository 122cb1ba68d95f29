import { EyeOff } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { Chip } from './chip.tsx'
import { CopyButton } from './copy-button.tsx'
import { markedIn, VisibleText } from './visible-text.tsx'

/** Text as it stands, whole: lines wrap and are never cut, and what nobody sees is spelled out. */
export function CodeBlock({
  text,
  label,
  children,
}: {
  readonly text: string
  /** What it is. */
  readonly label: string
  /** Another way to draw the same text, such as with colours. */
  readonly children?: ReactNode
}): ReactNode {
  const marked = useMemo(() => markedIn(text), [text])
  return (
    <figure className="code">
      <figcaption className="code-head">
        <span>{label}</span>
        {marked > 0 && (
          <Chip tone="wait" icon={EyeOff}>
            {marked} hidden or look-alike {marked === 1 ? 'character' : 'characters'}
          </Chip>
        )}
        <CopyButton text={text} what={label} />
      </figcaption>
      <pre className="code-text">{children ?? <VisibleText text={text} />}</pre>
    </figure>
  )
}
