import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Gate } from './gate.tsx'
import { NotFound } from './not-found.tsx'
import { PAGE_FILES } from './page-files.ts'
import { PAGES, type PageId } from './pages.ts'
import { PageAround } from './place.tsx'
import { RouteError } from './route-error.tsx'
import { searchOf, searchText } from './search-text.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const routes = PAGES.map(({ id, path }) =>
  createRoute({
    getParentRoute: () => root,
    path: path === '/' ? '/' : `${path}/{-$item}/{-$part}`,
    component: gated(id),
    errorComponent: RouteError,
  }),
)

/** A page that comes when it is opened, to those whom it is for. */
function gated(id: PageId) {
  const Page = lazyRouteComponent<{ Page: () => ReactNode }, 'Page'>(PAGE_FILES[id], 'Page')
  const inGate = () => (
    <PageAround value={id}>
      <Gate page={id}>
        <Page />
      </Gate>
    </PageAround>
  )
  return Object.assign(inGate, Page.preload && { preload: Page.preload })
}

/** Every page is a file of its own that comes when it is opened. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: '/console',
  parseSearch: searchOf,
  stringifySearch: searchText,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  scrollRestoration: false,
})
