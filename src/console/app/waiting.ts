import { useSyncExternalStore } from 'react'
import { useLive } from '../api/live.ts'
import { queries, useRead } from '../api/queries.ts'
import { useMay } from './me.tsx'

/** Milliseconds between two looks where nothing tells of news: browsers have few connections for all tabs. */
const EVERY = 20_000

/** How many requests for approval wait for the person. */
export function useWaiting(): number {
  return useRead('approvals.count', {}, { every: EVERY, unseen: true }).data?.toAnswer ?? 0
}

/** The most that one look counts. */
const MOST_COUNTED = '200'

/** How many definitions wait for a decision, for whoever may see them. */
export function useWaitingDefinitions(): number {
  const when = useMay('look')
  const input = { status: 'quarantined', limit: MOST_COUNTED } as const
  return useRead('definitions.list', input, { when, every: EVERY }).data?.items.length ?? 0
}

/** Reads requests again as soon as something happens to them, while somebody looks. */
export function useApprovalNews(): void {
  const seen = useSyncExternalStore(watchVisibility, isVisible)
  useLive(
    ({ kind, id }) => {
      if (kind === 'approval') soon(id)
    },
    { when: seen },
  )
}

/** Milliseconds in which news are gathered: many at once are read once. */
const GATHERED = 250
const LISTS = new Set(['approvals.list', 'approvals.count', 'approvals.patterns', 'me.requests'])
const changed = new Set<string>()

function soon(id: string): void {
  if (changed.size === 0) setTimeout(readAgain, GATHERED)
  changed.add(id)
}

/** Of requests that are open only those that changed: to read one may be put on record. */
function readAgain(): void {
  const ids = new Set(changed)
  changed.clear()
  void queries.invalidateQueries({
    predicate: ({ queryKey: [operation, input] }) => {
      if (LISTS.has(String(operation))) return true
      const { id } = (input ?? {}) as { readonly id?: unknown }
      return operation === 'approvals.show' && typeof id === 'string' && ids.has(id)
    },
  })
}

function watchVisibility(watcher: () => void): () => void {
  document.addEventListener('visibilitychange', watcher)
  return () => document.removeEventListener('visibilitychange', watcher)
}

function isVisible(): boolean {
  return document.visibilityState === 'visible'
}
