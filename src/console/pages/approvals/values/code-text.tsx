import type { ReactNode } from 'react'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import type { Token } from './tokens.ts'

/** Code with colours, whole. */
export function CodeText({
  label,
  text,
  tokens,
}: {
  readonly label: string
  readonly text: string
  readonly tokens: readonly Token[]
}): ReactNode {
  return (
    <CodeBlock label={label} text={text}>
      {placed(tokens).map(({ at, item }) => (
        <span key={at} data-token={item.kind}>
          <VisibleText text={item.text} />
        </span>
      ))}
    </CodeBlock>
  )
}

/** Pieces with the place at which each begins. */
export function placed<T extends { readonly text: string }>(
  items: readonly T[],
): readonly { readonly at: number; readonly item: T }[] {
  let next = 0
  return items.map((item) => {
    const at = next
    // One more, so that two empty ones differ.
    next += item.text.length + 1
    return { at, item }
  })
}
