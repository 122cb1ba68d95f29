import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'

/** Asks something above the page, which waits meanwhile. */
export function Dialog({
  open,
  title,
  description,
  wide = false,
  onClose,
  children,
}: {
  readonly open: boolean
  readonly title: string
  readonly description?: ReactNode
  readonly wide?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}): ReactNode {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup
          ref={popup}
          className="dialog"
          data-wide={wide || undefined}
          // Whoever opens a form wants to write, not to close it.
          initialFocus={() => popup.current?.querySelector<HTMLElement>('input, textarea') ?? true}
        >
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close className="icon-button" aria-label="Close">
              <X aria-hidden />
            </Base.Close>
          </div>
          {description !== undefined && (
            <Base.Description className="dialog-words">{description}</Base.Description>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** The buttons at the end of a dialog: the main one last. */
export function DialogEnd({ children }: { readonly children: ReactNode }): ReactNode {
  return <div className="dialog-end">{children}</div>
}
