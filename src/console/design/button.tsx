import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentPropsWithRef, ReactNode } from 'react'

interface ButtonProps extends Omit<ComponentPropsWithRef<'button'>, 'className'> {
  /** `main`: the one thing to do here; `danger`: it ends something. */
  readonly look?: 'plain' | 'main' | 'danger' | 'danger-main' | 'bare'
  readonly size?: 'normal' | 'small'
  readonly icon?: LucideIcon
  /** It is being done: pressing again does nothing. */
  readonly busy?: boolean
}

/** Does something. While it is busy it keeps the focus, and cannot be pressed. */
export function Button({
  look = 'plain',
  size = 'normal',
  icon: Icon,
  busy = false,
  type = 'button',
  onClick,
  children,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      {...rest}
      type={type}
      className="button"
      data-look={look}
      data-size={size}
      {...(busy ? { 'aria-disabled': true } : {})}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {busy ? (
        <LoaderCircle aria-hidden className="turning" />
      ) : (
        Icon !== undefined && <Icon aria-hidden />
      )}
      {children}
    </button>
  )
}
