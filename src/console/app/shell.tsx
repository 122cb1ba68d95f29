import { Outlet } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Banner } from './banner.tsx'
import { Navigation } from './navigation.tsx'
import { PAGES, type PageId, pageOf } from './pages.ts'
import { Palette } from './palette.tsx'
import { useGo, usePlace } from './place.tsx'
import { ShortcutList } from './shortcut-list.tsx'
import { listenToKeys, useShortcuts } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'
import { useApprovalNews } from './waiting.ts'

type Over = 'palette' | 'shortcuts'

/** What stands around every page. */
export function Shell(): ReactNode {
  const [over, setOver] = useState<Over>()
  const main = useRef<HTMLElement>(null)
  const { page } = usePlace()
  useEffect(listenToKeys, [])
  useNavigationKeys(setOver)
  useFocusOnNewPage(page, main)
  useApprovalNews()
  const shut = (): void => setOver(undefined)
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <Navigation />
      <div className="shell-main">
        <TopBar onSearch={() => setOver('palette')} onShortcuts={() => setOver('shortcuts')} />
        <Banner />
        <main id="main" ref={main} tabIndex={-1} className="shell-content">
          <Outlet />
        </main>
      </div>
      <p className="unseen" aria-live="polite">
        {page === undefined ? '' : pageOf(page).title}
      </p>
      <Palette open={over === 'palette'} onClose={shut} onShortcuts={() => setOver('shortcuts')} />
      <ShortcutList open={over === 'shortcuts'} onClose={shut} />
    </div>
  )
}

function useNavigationKeys(setOver: (over: Over) => void): void {
  const go = useGo()
  useShortcuts([
    {
      keys: 'mod+k',
      label: 'Search, or go anywhere',
      group: 'Everywhere',
      always: true,
      run: () => setOver('palette'),
    },
    {
      keys: '?',
      label: 'Show the shortcuts',
      group: 'Everywhere',
      run: () => setOver('shortcuts'),
    },
    ...PAGES.map(({ id, title, key }) => ({
      keys: `g ${key}`,
      label: title,
      group: 'Go to',
      run: () => go({ page: id }),
    })),
  ])
}

/** Whoever came by keyboard goes on reading in the new page, not in the navigation. */
function useFocusOnNewPage(
  page: PageId | undefined,
  main: { readonly current: HTMLElement | null },
): void {
  const before = useRef(page)
  useEffect(() => {
    if (before.current === page) return
    before.current = page
    main.current?.focus({ preventScroll: true })
  }, [page, main])
}
