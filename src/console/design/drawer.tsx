import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'

/**
 * Shows one thing of a list beside it; the list stays usable. Whether it is open stands in the address
 * (`item` of the place), so that a link leads to it.
 */
export function Drawer({
  open,
  title,
  eyebrow,
  actions,
  wide = false,
  onClose,
  children,
}: {
  readonly open: boolean
  readonly title: ReactNode
  /** What kind of thing it is. */
  readonly eyebrow?: ReactNode
  readonly actions?: ReactNode
  readonly wide?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root
      open={open}
      modal={false}
      disablePointerDismissal
      onOpenChange={(next) => (next ? undefined : onClose())}
    >
      <Base.Portal>
        <Base.Popup
          ref={popup}
          className="drawer"
          data-wide={wide || undefined}
          initialFocus={popup}
        >
          <div className="drawer-head">
            <div className="drawer-words">
              {eyebrow !== undefined && <p className="drawer-eyebrow">{eyebrow}</p>}
              <Base.Title className="drawer-title">{title}</Base.Title>
            </div>
            {actions}
            <Base.Close className="icon-button" aria-label="Close">
              <X aria-hidden />
            </Base.Close>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section className="drawer-body" tabIndex={0} aria-label="Details">
            {children}
          </section>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** A part of a drawer, or of a page, under its own heading. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}): ReactNode {
  return (
    <section className="section">
      <header className="section-head">
        <h2>{title}</h2>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** Names and values, one below the other. Rows without a value are left out. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[]
}): ReactNode {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
