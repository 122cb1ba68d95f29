import type { ReactNode } from 'react'

const APPLE = typeof navigator !== 'undefined' && /Mac|iP(hone|ad|od)/.test(navigator.userAgent)
const SIGNS: Readonly<Record<string, string>> = {
  mod: APPLE ? '⌘' : 'Ctrl',
  shift: '⇧',
  enter: '↵',
  escape: 'Esc',
  arrowdown: '↓',
  arrowup: '↑',
}

/** Keys of a shortcut, such as `g l` or `mod+k`, as they stand on the keyboard. */
export function Keys({ keys }: { readonly keys: string }): ReactNode {
  const parts = keys.split(' ').flatMap((step) => step.split('+'))
  return (
    <span className="keys">
      {parts.map((part) => (
        <kbd className="key" key={part}>
          {SIGNS[part] ?? part.toUpperCase()}
        </kbd>
      ))}
    </span>
  )
}
