import { type ReactNode, useEffect } from 'react'
import { useWaiting } from '../app/waiting.ts'

interface PageFrameProps {
  readonly title: string
  /** What one does here, in one line. */
  readonly purpose?: string
  readonly actions?: ReactNode
  /** Tabs or filters, which stay in place while the content scrolls. */
  readonly bar?: ReactNode
  /** The content scrolls by itself, such as a table that takes the whole height. */
  readonly fill?: boolean
  readonly children: ReactNode
}

/** What every page stands in: its heading, its title in the window with what waits, and its content. */
export function PageFrame({
  title,
  purpose,
  actions,
  bar,
  fill = false,
  children,
}: PageFrameProps): ReactNode {
  const waiting = useWaiting()
  useEffect(() => {
    document.title = `${waiting === 0 ? '' : `(${waiting}) `}${title} · Bailiwick`
  }, [title, waiting])
  return (
    <div className="page" data-fill={fill || undefined}>
      <header className="page-head">
        <div className="page-words">
          <h1 className="page-title">{title}</h1>
          {purpose !== undefined && <p className="page-purpose">{purpose}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      {bar !== undefined && <div className="page-bar">{bar}</div>}
      <div className="page-body">{children}</div>
    </div>
  )
}
