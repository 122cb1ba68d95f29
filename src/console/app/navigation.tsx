import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe } from './me.tsx'
import { PAGES, type PageEntry, type PageId } from './pages.ts'
import { usePlace } from './place.tsx'
import { useWaiting, useWaitingDefinitions } from './waiting.ts'

/** The pages that somebody's permissions open; all of them while nobody knows who it is. */
export function useOpenPages(): readonly PageEntry[] {
  const me = useMe()
  const pages: readonly PageEntry[] = PAGES
  if (me === undefined) return pages
  return pages.filter(({ needs }) => needs.some((one) => me.permissions.has(one)))
}

/** The navigation at the side. */
export function Navigation(): ReactNode {
  const pages = useOpenPages()
  const { page: here } = usePlace()
  const waiting: Waiting = { approvals: useWaiting(), definitions: useWaitingDefinitions() }
  const groups = [...new Set(pages.map(({ group }) => group))]
  return (
    <nav className="nav" aria-label="Pages">
      <Link to="/" className="brand" aria-label="Bailiwick, to the overview">
        <Mark />
        <span className="brand-name">Bailiwick</span>
      </Link>
      {groups.map((group) => (
        <div key={group} className="nav-group">
          <p className="nav-label" id={`nav-${group}`}>
            {group}
          </p>
          <ul aria-labelledby={`nav-${group}`}>
            {pages
              .filter((page) => page.group === group)
              .map(({ id, title, path, icon: Icon }) => (
                <li key={id}>
                  <Link
                    to={path}
                    search={{} as never}
                    className="nav-link"
                    aria-current={here === id ? 'page' : undefined}
                    aria-label={nameOf(id as PageId, title, waiting)}
                    title={title}
                  >
                    <Icon aria-hidden />
                    <span className="nav-word">{title}</span>
                    {countOf(id as PageId, waiting) > 0 && (
                      // Drawn by the style: the name of the link says it in words.
                      <span
                        className="nav-count numbers"
                        data-count={countOf(id as PageId, waiting)}
                      />
                    )}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
      <p className="nav-foot mono cut">{window.location.host}</p>
    </nav>
  )
}

/** How much waits on pages where something can. */
type Waiting = Partial<Readonly<Record<PageId, number>>>

function countOf(id: PageId, waiting: Waiting): number {
  return waiting[id] ?? 0
}

function nameOf(id: PageId, title: string, waiting: Waiting): string {
  const count = countOf(id, waiting)
  if (count === 0) return title
  const words = `${title}, ${count} ${count === 1 ? 'waits' : 'wait'}`
  return id === 'approvals' ? `${words} for you` : words
}

/** A wicket: a small gate in a larger one. */
function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path d="M3.5 21.5V10a8.5 8.5 0 0 1 17 0v11.5" />
      <path d="M9 21.5V15a3 3 0 0 1 6 0v6.5" />
      <path d="M12 1.5V12M3.5 12h4M16.5 12h4" />
    </svg>
  )
}
