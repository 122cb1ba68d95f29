import type { ReactNode } from 'react'
import type { Facts } from '../../../../kernel/facts.ts'
import { CodeBlock } from '../../../design/code-block.tsx'
import { markedIn, VisibleText } from '../../../design/visible-text.tsx'
import { AddressView } from './address-view.tsx'
import { CodeText } from './code-text.tsx'
import { DiffText } from './diff-view.tsx'
import { kindOf } from './kind-of.ts'
import { PathView } from './path-view.tsx'
import { shellTokens } from './shell-tokens.ts'
import { sqlTokens } from './sql-tokens.ts'

/** Characters that fit into a line. */
const SHORT = 96

/** A text among arguments, whole, drawn as what it is. */
export function TextValue({
  text,
  at,
  label,
  facts,
}: {
  readonly text: string
  /** JSON Pointer. */
  readonly at: string
  readonly label: string
  readonly facts: Facts
}): ReactNode {
  switch (kindOf(text, at, facts)) {
    case 'sql':
      return <CodeText label="SQL" text={text} tokens={sqlTokens(text)} />
    case 'shell':
      return <CodeText label="Command line" text={text} tokens={shellTokens(text)} />
    case 'diff':
      return <DiffText label="Difference" text={text} />
    case 'address':
      return <AddressView text={text} label={label} />
    case 'path':
      return (
        <PathView text={text} label={label} fact={facts.paths.find((fact) => fact.at === at)} />
      )
    case 'text':
      return <PlainText text={text} />
  }
}

function PlainText({ text }: { readonly text: string }): ReactNode {
  if (text === '') return <span className="quiet">empty</span>
  if (text.length <= SHORT && !text.includes('\n') && markedIn(text) === 0)
    return (
      <p className="approvals-text">
        <VisibleText text={text} />
      </p>
    )
  return <CodeBlock label={`Text, ${text.length} characters`} text={text} />
}
