import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** For what is not there yet: says why, and offers to do the next step. */
export function EmptyState({
  icon: Icon,
  title,
  action,
  children,
}: {
  readonly icon: LucideIcon
  readonly title: string
  readonly action?: ReactNode
  readonly children?: ReactNode
}): ReactNode {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon aria-hidden />
      </span>
      <h2 className="empty-title">{title}</h2>
      {children !== undefined && <div className="empty-words">{children}</div>}
      {action !== undefined && <div className="empty-action">{action}</div>}
    </div>
  )
}
