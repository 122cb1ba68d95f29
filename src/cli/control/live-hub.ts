import type { LiveNews, LiveSource } from '../../admin/admin.ts'

/** Where parts of the gateway tell what happens, and pages that are open hear of it. */
export interface LiveHub extends LiveSource {
  publish(news: LiveNews): void
}

export function liveHub(): LiveHub {
  const listeners = new Set<(news: LiveNews) => void>()
  return {
    publish: (news) => {
      for (const listener of listeners) listener(news)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
