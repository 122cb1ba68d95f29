import type { ReactNode } from 'react'
import type { PageId } from './pages.ts'

type PageFile = () => Promise<{ readonly Page: () => ReactNode }>

/** The file of each page, which comes when the page is opened. */
export const PAGE_FILES: Readonly<Record<PageId, PageFile>> = {
  overview: () => import('../pages/overview/page.tsx'),
  live: () => import('../pages/live/page.tsx'),
  approvals: () => import('../pages/approvals/page.tsx'),
  servers: () => import('../pages/servers/page.tsx'),
  definitions: () => import('../pages/definitions/page.tsx'),
  graph: () => import('../pages/graph/page.tsx'),
  policies: () => import('../pages/policies/page.tsx'),
  identity: () => import('../pages/identity/page.tsx'),
  records: () => import('../pages/records/page.tsx'),
  settings: () => import('../pages/settings/page.tsx'),
  access: () => import('../pages/access/page.tsx'),
  connections: () => import('../pages/connections/page.tsx'),
  secrets: () => import('../pages/secrets/page.tsx'),
}
