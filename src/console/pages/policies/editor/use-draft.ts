import { useSyncExternalStore } from 'react'
import { type Draft, isChanged } from './draft.ts'

let current: Draft | undefined
const watchers = new Set<() => void>()

/** The draft of this window; it outlives the page, so that one can look something up. */
export function useDraft(): Draft | undefined {
  return useSyncExternalStore(watch, currentDraft)
}

/** The draft as it is at this moment. */
export function currentDraft(): Draft | undefined {
  return current
}

/** Puts another one in its place; `undefined` gives it up. */
export function setDraft(next: Draft | undefined): void {
  if (next === current) return
  current = next
  for (const watcher of watchers) watcher()
}

/** Changes the draft, if there is one. */
export function changeDraft(change: (draft: Draft) => Draft): void {
  if (current !== undefined) setDraft(change(current))
}

/** The draft, if it holds what no version has. */
export function useChangedDraft(): Draft | undefined {
  const draft = useDraft()
  return draft !== undefined && isChanged(draft) ? draft : undefined
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
