import { diffLines } from 'diff'
import { type ReactNode, useMemo } from 'react'
import { VisibleText } from '../../../design/visible-text.tsx'

const SIGNS = { added: '+', removed: '-', same: ' ' } as const

interface Part {
  readonly kind: keyof typeof SIGNS
  readonly text: string
  readonly key: number
}

/** Two texts, line by line: whole, with what is new and what is gone marked by sign and colour. */
export function TextDiff({
  label,
  before,
  after,
}: {
  readonly label: string
  readonly before: string
  readonly after: string
}): ReactNode {
  const parts = useMemo(() => partsOf(before, after), [before, after])
  return (
    <figure className="code">
      <figcaption className="code-head">{label}</figcaption>
      <div className="policies-diff">
        {parts.map(({ kind, text, key }) => (
          <div key={key} data-kind={kind}>
            <span aria-hidden>{SIGNS[kind]}</span>
            {kind !== 'same' && <span className="unseen">{kind}: </span>}
            <VisibleText text={text} />
          </div>
        ))}
      </div>
    </figure>
  )
}

function partsOf(before: string, after: string): readonly Part[] {
  let key = 0
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): Part => {
        key += 1
        return { kind: added ? 'added' : removed ? 'removed' : 'same', text, key }
      }),
  )
}
