import {
  BadgeCheck,
  Cable,
  FileDiff,
  Fingerprint,
  Gauge,
  Inbox,
  KeyRound,
  type LucideIcon,
  Radio,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  Waypoints,
} from 'lucide-react'
import type { Permission } from '../../kernel/role.ts'

/** One page of the console. */
export interface PageEntry {
  readonly id: string
  readonly title: string
  /** What one does there, for the palette and for screen readers. */
  readonly purpose: string
  /** Below `/console`. Two more segments may follow: what is open there, and a part of it. */
  readonly path: string
  readonly group: 'Watch' | 'Control' | 'Evidence' | 'You'
  readonly icon: LucideIcon
  /** Who lacks all of these does not see it. */
  readonly needs: readonly Permission[]
  /** Typed after `g`. */
  readonly key: string
}

/** All pages, in the order of the navigation. */
export const PAGES = [
  {
    id: 'overview',
    title: 'Overview',
    purpose: 'What is open, and how to close it',
    path: '/',
    group: 'Watch',
    icon: Gauge,
    needs: ['look'],
    key: 'o',
  },
  {
    id: 'live',
    title: 'Live',
    purpose: 'Calls as they happen, and why each was let through or not',
    path: '/live',
    group: 'Watch',
    icon: Radio,
    needs: ['look'],
    key: 'l',
  },
  {
    id: 'approvals',
    title: 'Approvals',
    purpose: 'Calls that wait for a human',
    path: '/approvals',
    group: 'Watch',
    icon: Inbox,
    needs: ['self'],
    key: 'a',
  },
  {
    id: 'servers',
    title: 'Servers',
    purpose: 'Servers, their tools, and what each may do',
    path: '/servers',
    group: 'Control',
    icon: Server,
    needs: ['look'],
    key: 's',
  },
  {
    id: 'definitions',
    title: 'Definitions',
    purpose: 'What models are told of tools: what changed, what is wrong with it, and who said yes',
    path: '/definitions',
    group: 'Control',
    icon: FileDiff,
    needs: ['look'],
    key: 'd',
  },
  {
    id: 'graph',
    title: 'Graph',
    purpose: 'Who reaches what, and what falls with one of them',
    path: '/graph',
    group: 'Control',
    icon: Waypoints,
    needs: ['look'],
    key: 'r',
  },
  {
    id: 'policies',
    title: 'Policies',
    purpose: 'Rules: write, test, simulate, roll out, roll back',
    path: '/policies',
    group: 'Control',
    icon: ShieldCheck,
    needs: ['look'],
    key: 'p',
  },
  {
    id: 'identity',
    title: 'Identity',
    purpose: 'People, agents, clients, and what they hold',
    path: '/identity',
    group: 'Control',
    icon: Fingerprint,
    needs: ['identity.read'],
    key: 'i',
  },
  {
    id: 'records',
    title: 'Records',
    purpose: 'The chain of evidence: search, verify, export',
    path: '/records',
    group: 'Evidence',
    icon: ScrollText,
    needs: ['look'],
    key: 'e',
  },
  {
    id: 'settings',
    title: 'Settings',
    purpose: 'How this gateway is set up, and whether it is well',
    path: '/settings',
    group: 'Evidence',
    icon: Settings,
    needs: ['look'],
    key: ',',
  },
  {
    id: 'access',
    title: 'My access',
    purpose: 'What you may do, and what acts in your name',
    path: '/access',
    group: 'You',
    icon: BadgeCheck,
    needs: ['self'],
    key: 'm',
  },
  {
    id: 'connections',
    title: 'Connections',
    purpose: 'What servers granted you, and how to take it back',
    path: '/connections',
    group: 'You',
    icon: Cable,
    needs: ['self'],
    key: 'c',
  },
  {
    id: 'secrets',
    title: 'Secrets',
    purpose: 'Keys and tokens for servers: kept sealed, shown to nobody',
    path: '/secrets',
    group: 'You',
    icon: KeyRound,
    needs: ['self'],
    key: 'k',
  },
] as const satisfies readonly PageEntry[]

export type PageId = (typeof PAGES)[number]['id']

/** The page with this id. */
export function pageOf(id: PageId): PageEntry {
  return PAGES.find((page) => page.id === id) as PageEntry
}

/** The page that a path below `/console` belongs to. */
export function pageAt(path: string): PageEntry | undefined {
  const [, first = ''] = path.split('/')
  return PAGES.find((page) => page.path === `/${first}`)
}
