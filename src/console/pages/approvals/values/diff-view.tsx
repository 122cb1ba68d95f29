import { type ReactNode, useMemo } from 'react'
import { CodeBlock } from '../../../design/code-block.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'
import { placed } from './code-text.tsx'
import { comparedLines } from './compared-lines.ts'
import { type DiffLine, linesOfDiff } from './edits.ts'

const WORDS = { added: 'added', removed: 'removed' } as const

/** A unified diff. */
export function DiffText({
  label,
  text,
}: {
  readonly label: string
  readonly text: string
}): ReactNode {
  const lines = useMemo(() => linesOfDiff(text), [text])
  return (
    <CodeBlock label={label} text={text}>
      <Lines lines={lines} />
    </CodeBlock>
  )
}

/** A text that takes the place of another: what goes, what comes, and what stays. */
export function EditView({
  label,
  from,
  to,
}: {
  readonly label: string
  readonly from: string
  readonly to: string
}): ReactNode {
  const lines = useMemo(() => comparedLines(from, to).flatMap(signed), [from, to])
  return (
    <CodeBlock label={label} text={lines.map(({ text }) => text).join('\n')}>
      <Lines lines={lines} />
    </CodeBlock>
  )
}

function Lines({ lines }: { readonly lines: readonly DiffLine[] }): ReactNode {
  return placed(lines).map(({ at, item: { kind, text } }) => (
    <span key={at} className="approvals-line" data-kind={kind}>
      {kind in WORDS && <span className="unseen">{WORDS[kind as keyof typeof WORDS]}: </span>}
      <VisibleText text={text === '' ? '\n' : text} />
    </span>
  ))
}

const SIGNS: Readonly<Record<DiffLine['kind'], string>> = {
  same: ' ',
  added: '+',
  removed: '-',
  place: '',
}

/** A run of lines as lines with a sign before each. */
function signed({ kind, text }: DiffLine): readonly DiffLine[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => ({ kind, text: `${SIGNS[kind]}${line}` }))
}
