import type { ReactNode } from 'react'
import type { PathFact } from '../../../../kernel/facts.ts'
import { CopyButton } from '../../../design/copy-button.tsx'
import { VisibleText } from '../../../design/visible-text.tsx'

/** A path: its last part stands out, and what would really be opened. */
export function PathView({
  text,
  label,
  fact,
}: {
  readonly text: string
  readonly label: string
  readonly fact: PathFact | undefined
}): ReactNode {
  const end = text.replace(/[/\\]+$/, '')
  const cut = Math.max(end.lastIndexOf('/'), end.lastIndexOf('\\')) + 1
  const opened = fact?.real ?? fact?.lexical
  return (
    <div className="approvals-value">
      <div className="approvals-address">
        <p className="mono">
          <span className="approvals-soft">
            <VisibleText text={text.slice(0, cut)} />
          </span>
          <b>
            <VisibleText text={text.slice(cut)} />
          </b>
        </p>
        <CopyButton text={text} what={label} />
      </div>
      {opened !== undefined && opened !== text && (
        <p>
          <span className="quiet">Leads to</span>{' '}
          <code>
            <VisibleText text={opened} />
          </code>
        </p>
      )}
    </div>
  )
}
