import type { ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import { CopyButton } from './copy-button.tsx'
import { VisibleText } from './visible-text.tsx'

/** Deeper than people write, the rest stands there as text. */
const DEEPEST = 40

/** A value of JSON, whole: everything is open at first, nothing is cut, everything can be copied. */
export function JsonTree({
  value,
  label,
}: {
  readonly value: unknown
  /** What it is. */
  readonly label: string
}): ReactNode {
  return (
    <figure className="code">
      <figcaption className="code-head">
        <span>{label}</span>
        <CopyButton text={JSON.stringify(value, undefined, 2) ?? ''} what={label} />
      </figcaption>
      <div className="json">
        <Value value={value} depth={0} />
      </div>
    </figure>
  )
}

function Value({ value, depth }: { readonly value: unknown; readonly depth: number }): ReactNode {
  if (typeof value === 'string')
    return (
      <span className="json-text">
        <VisibleText text={value} />
      </span>
    )
  if (typeof value !== 'object' || value === null)
    return <span className="json-word">{String(value)}</span>
  if (depth >= DEEPEST)
    return <CodeBlock label="deeper" text={JSON.stringify(value, undefined, 2)} />
  const entries = Array.isArray(value)
    ? value.map((one, index) => [String(index), one as unknown] as const)
    : Object.entries(value)
  if (entries.length === 0)
    return <span className="json-word">{Array.isArray(value) ? '[ ]' : '{ }'}</span>
  return (
    <ul className="json-list">
      {entries.map(([name, inner]) => (
        <Member key={name} name={name} value={inner} depth={depth} inList={Array.isArray(value)} />
      ))}
    </ul>
  )
}

function Member({
  name,
  value,
  depth,
  inList,
}: {
  readonly name: string
  readonly value: unknown
  readonly depth: number
  readonly inList: boolean
}): ReactNode {
  const label = (
    <span className="json-name" data-in-list={inList || undefined}>
      <VisibleText text={name} />
    </span>
  )
  const size = sizeOf(value)
  if (size === 0)
    return (
      <li className="json-member">
        {label} <Value value={value} depth={depth + 1} />
      </li>
    )
  return (
    <li>
      <details open>
        <summary className="json-head">
          {label}{' '}
          <span className="json-size">{Array.isArray(value) ? `[${size}]` : `{${size}}`}</span>
        </summary>
        <Value value={value} depth={depth + 1} />
      </details>
    </li>
  )
}

/** How many members a value has; 0 for what is no list and no object. */
function sizeOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}
