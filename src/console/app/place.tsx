import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef } from 'react'
import { type PageId, pageAt, pageOf } from './pages.ts'
import type { Search } from './search-text.ts'

/** Where in the console something is. */
export interface Place {
  readonly page: PageId
  /** What is open there, such as the id of a call. */
  readonly item?: string | undefined
  /** A part of it, such as a tab. */
  readonly part?: string | undefined
  /** Filters. */
  readonly search?: Search | undefined
}

/** Where the person is. */
export interface Here {
  readonly page: PageId | undefined
  readonly item: string | undefined
  readonly part: string | undefined
  readonly search: Search
}

/** The path of a place below `/console`. */
export function pathOf({ page, item, part }: Place): string {
  const { path } = pageOf(page)
  const segments = [item, part].filter((one) => one !== undefined).map(encodeURIComponent)
  return segments.length === 0 ? path : [path === '/' ? '' : path, ...segments].join('/')
}

/** The page that stands around a component; none around the frame of all pages. */
export const PageAround = createContext<PageId | undefined>(undefined)

/**
 * The place that the address names. Within a page one of that page: while another one comes the address is
 * already that of the other, and names nothing here.
 */
export function usePlace(): Here {
  const page = useContext(PageAround)
  const here = useAddress()
  const last = useRef(here)
  if (page === undefined || here.page === page) last.current = here
  return last.current
}

function useAddress(): Here {
  const { pathname, search } = useLocation()
  return useMemo(() => {
    const path = pathname.replace(/^\/console(?=\/|$)/, '') || '/'
    const [, , item, part] = path.split('/').map(decoded)
    return {
      page: pageAt(path)?.id as PageId | undefined,
      item: item || undefined,
      part: part || undefined,
      search: search as Search,
    }
  }, [pathname, search])
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

interface GoOptions {
  /** The step back does not return to where one was: for filters while they are typed. */
  readonly replace?: boolean
}

/** Goes to a place. */
export function useGo(): (place: Place, options?: GoOptions) => void {
  const navigate = useNavigate()
  return useCallback(
    (place, { replace = false } = {}) =>
      void navigate({ to: pathOf(place), search: (place.search ?? {}) as never, replace }),
    [navigate],
  )
}

/** The router marks links by comparing addresses; here the page says which is the current one. */
const NOTHING = { className: '', 'aria-current': undefined }

/** Without it a link without filters counts as current wherever filters are. */
const EXACT = { exact: true, includeSearch: true }

/** A link to a place. */
export function PlaceLink({
  to,
  className,
  children,
  label,
  current = false,
}: {
  readonly to: Place
  readonly className?: string
  readonly children: ReactNode
  /** What screen readers say instead of the content. */
  readonly label?: string
  /** It leads to where one is. */
  readonly current?: boolean
}): ReactNode {
  return (
    <Link
      to={pathOf(to)}
      search={(to.search ?? {}) as never}
      className={className ?? 'link'}
      activeProps={NOTHING}
      activeOptions={EXACT}
      aria-current={current ? 'page' : undefined}
      {...(label === undefined ? {} : { 'aria-label': label })}
    >
      {children}
    </Link>
  )
}

/**
 * One filter of the page in its address: its value, and how to change it (`undefined` or '' takes it out).
 * While one types pass `{ replace: true }`.
 */
export function useFilter(
  name: string,
): readonly [
  value: string | undefined,
  set: (value: string | undefined, options?: GoOptions) => void,
] {
  const here = usePlace()
  const go = useGo()
  const set = useCallback(
    (value: string | undefined, options?: GoOptions) => {
      if (here.page === undefined) return
      const { [name]: _, ...rest } = here.search
      const search = value === undefined || value === '' ? rest : { ...rest, [name]: value }
      go({ page: here.page, item: here.item, part: here.part, search }, options)
    },
    [go, here, name],
  )
  return [here.search[name], set]
}
