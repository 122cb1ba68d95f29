import { Dialog } from '@base-ui/react/dialog'
import { CornerDownLeft, Keyboard, type LucideIcon, Search, SunMoon } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react'
import { useDirectories } from './directories.ts'
import { fitting } from './fitting.ts'
import { useOpenPages } from './navigation.tsx'
import type { PageId } from './pages.ts'
import { useGo } from './place.tsx'
import { chooseTheme } from './theme.ts'

interface Entry {
  readonly id: string
  readonly title: string
  readonly more: string
  readonly group: string
  readonly icon: LucideIcon
  readonly run: () => void
}

const MOST_SHOWN = 12

/** Goes anywhere and does anything by a few letters. */
export function Palette({
  open,
  onClose,
  onShortcuts,
}: {
  readonly open: boolean
  readonly onClose: () => void
  readonly onShortcuts: () => void
}): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="palette">
          <Dialog.Title className="unseen">Search, or go anywhere</Dialog.Title>
          <Finder onClose={onClose} onShortcuts={onShortcuts} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Finder({
  onClose,
  onShortcuts,
}: {
  readonly onClose: () => void
  readonly onShortcuts: () => void
}): ReactNode {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const all = useEntries(text, onShortcuts)
  const found = useMemo(
    () => fitting(all, text, ({ title, more }) => `${title} ${more}`).slice(0, MOST_SHOWN),
    [all, text],
  )
  const chosen = found[Math.min(at, found.length - 1)]
  const take = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined)
      setAt((Math.min(at, found.length - 1) + step + found.length) % (found.length || 1))
    if (event.key === 'Enter') take(chosen)
    if (step !== undefined || event.key === 'Enter') event.preventDefault()
  }
  return (
    <>
      <div className="palette-head">
        <Search aria-hidden />
        <input
          className="palette-input"
          role="combobox"
          aria-label="Search pages, actions, people, servers, calls"
          aria-expanded
          aria-controls={list}
          aria-activedescendant={chosen === undefined ? undefined : `${list}-${chosen.id}`}
          placeholder="A page, a person, a server, the id of a call…"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label="Found" className="palette-list">
        {found.map((entry) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the combobox
          <div
            key={entry.id}
            id={`${list}-${entry.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={entry === chosen}
            className="palette-entry"
            onMouseMove={() => setAt(found.indexOf(entry))}
            onClick={() => take(entry)}
          >
            <entry.icon aria-hidden />
            <span>{entry.title}</span>
            <span className="palette-more cut">{entry.more}</span>
            {entry === chosen && <CornerDownLeft aria-hidden className="palette-enter" />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="palette-none">Nothing fits “{text}”.</p>}
    </>
  )
}

function useEntries(text: string, onShortcuts: () => void): readonly Entry[] {
  const go = useGo()
  const pages = useOpenPages()
  const things = useDirectories(text)
  return useMemo(
    () => [
      ...pages.map(({ id, title, purpose, icon }) => ({
        ...{ id: `page-${id}`, title, more: purpose, group: 'Pages', icon },
        run: () => go({ page: id as PageId }),
      })),
      ...things.map(({ id, title, more, icon, place }) => ({
        ...{ id, title, more, group: 'Found', icon },
        run: () => go(place),
      })),
      ...(['system', 'dark', 'light'] as const).map((theme) => ({
        ...{ id: `theme-${theme}`, title: `Theme: ${theme}`, more: 'Colours', group: 'Actions' },
        icon: SunMoon,
        run: () => chooseTheme(theme),
      })),
      {
        ...{ id: 'shortcuts', title: 'Keyboard shortcuts', more: '?', group: 'Actions' },
        icon: Keyboard,
        run: onShortcuts,
      },
    ],
    [pages, things, go, onShortcuts],
  )
}
