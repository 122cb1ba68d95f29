import { Menu } from '@base-ui/react/menu'
import { Keyboard, LogOut, Monitor, Moon, Search, Sun, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useConnection } from '../api/live.ts'
import { Chips } from '../design/chip.tsx'
import { Keys } from '../design/key.tsx'
import { MenuItem } from '../design/menu.tsx'
import { useMe } from './me.tsx'
import { useGo } from './place.tsx'
import { type Theme, useTheme } from './theme.ts'

const THEMES = { system: Monitor, dark: Moon, light: Sun } as const
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'dark', dark: 'light', light: 'system' }
const ACCOUNT = '/oauth/account'

/** Search, the connection, the theme, and who is signed in. */
export function TopBar({
  onSearch,
  onShortcuts,
}: {
  readonly onSearch: () => void
  readonly onShortcuts: () => void
}): ReactNode {
  return (
    <header className="top">
      <button type="button" className="top-search" onClick={onSearch} aria-haspopup="dialog">
        <Search aria-hidden />
        <span>Search or go to…</span>
        <Keys keys="mod+k" />
      </button>
      <div className="top-end">
        <LiveSign />
        <ThemeButton />
        <button
          type="button"
          className="icon-button"
          onClick={onShortcuts}
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
        >
          <Keyboard aria-hidden />
        </button>
        <MeMenu />
      </div>
    </header>
  )
}

function LiveSign(): ReactNode {
  const connection = useConnection()
  if (connection === 'idle') return null
  const [tone, word] =
    connection === 'open'
      ? (['good', 'Live'] as const)
      : (['wait', connection === 'lost' ? 'Reconnecting' : 'Connecting'] as const)
  return (
    <span className="live-sign" data-state={connection}>
      <span className="dot" data-tone={tone} />
      {word}
    </span>
  )
}

function ThemeButton(): ReactNode {
  const [theme, choose] = useTheme()
  const Icon = THEMES[theme]
  return (
    <button
      type="button"
      className="icon-button"
      onClick={() => choose(NEXT[theme])}
      aria-label={`Theme: ${theme}. Change to ${NEXT[theme]}`}
      title={`Theme: ${theme}`}
    >
      <Icon aria-hidden />
    </button>
  )
}

function MeMenu(): ReactNode {
  const me = useMe()
  const go = useGo()
  const name = me?.name ?? 'Signed in'
  return (
    <Menu.Root>
      <Menu.Trigger className="me">
        {/* The letters are drawn by the style: they are no part of the name of the button. */}
        <span className="me-sign" data-letters={me === undefined ? undefined : initials(me.name)}>
          {me === undefined && <UserRound aria-hidden />}
        </span>
        <span className="me-name cut">{name}</span>
        <span className="unseen">, account</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className="over" align="end" sideOffset={6}>
          <Menu.Popup className="menu">
            {me !== undefined && (
              <div className="menu-head">
                <p className="menu-name">{me.name}</p>
                <p className="mono quiet">{me.subject}</p>
                <Chips of={me.roles} />
              </div>
            )}
            <MenuItem icon={UserRound} onSelect={() => go({ page: 'access' })}>
              My access
            </MenuItem>
            <MenuItem icon={LogOut} onSelect={() => window.location.assign(ACCOUNT)}>
              Account, passkeys, sign out
            </MenuItem>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const [first = '?', last = ''] = [words[0], words.length > 1 ? words.at(-1) : '']
  return `${[...first][0] ?? '?'}${[...(last ?? '')][0] ?? ''}`.toUpperCase()
}
