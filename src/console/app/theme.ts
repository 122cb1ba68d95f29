import { useSyncExternalStore } from 'react'

/** `system` follows the machine. */
export type Theme = 'system' | 'dark' | 'light'

const KEY = 'bailiwick.theme'
const watchers = new Set<() => void>()
let theme: Theme = stored()

/** Takes the chosen theme into force; called before anything is drawn. */
export function applyTheme(): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** The chosen theme, and how to choose another. */
export function useTheme(): readonly [Theme, (next: Theme) => void] {
  return [useSyncExternalStore(watch, () => theme), chooseTheme]
}

/** Chooses a theme; this browser keeps it. */
export function chooseTheme(next: Theme): void {
  theme = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage it holds until the page is closed.
  }
  applyTheme()
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function stored(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return kept === 'dark' || kept === 'light' ? kept : 'system'
  } catch {
    return 'system'
  }
}
