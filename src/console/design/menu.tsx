import { Menu } from '@base-ui/react/menu'
import { Ellipsis, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** One thing to do in a menu. */
export function MenuItem({
  icon: Icon,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: {
  readonly icon?: LucideIcon
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onSelect: () => void
  readonly children: ReactNode
}): ReactNode {
  return (
    <Menu.Item
      className="menu-item"
      data-danger={danger || undefined}
      disabled={disabled}
      onClick={onSelect}
    >
      {Icon !== undefined && <Icon aria-hidden />}
      {children}
    </Menu.Item>
  )
}

/** Three dots that open what else can be done; its children are `MenuItem`s. */
export function MoreMenu({
  label,
  children,
}: {
  /** For screen readers: of what. */
  readonly label: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <Menu.Root>
      <Menu.Trigger className="icon-button" aria-label={label}>
        <Ellipsis aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="over" align="end" sideOffset={4}>
          <Menu.Popup className="menu">{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
