import type { Notification } from '../mcp/message.ts'

type Hearer = (notification: Notification) => void

/** Who wants to hear what happens to a server, though the server itself does not say it. */
export interface News {
  /** Returns how to end it. */
  listen(server: string, hearer: Hearer): () => void
  tell(server: string, notification: Notification): void
}

/** Makes it. Nobody listens yet. */
export function news(): News {
  const hearers = new Map<string, Set<Hearer>>()
  return {
    listen(server, hearer) {
      const all = hearers.get(server) ?? new Set<Hearer>()
      hearers.set(server, all.add(hearer))
      return () => {
        all.delete(hearer)
        if (all.size === 0 && hearers.get(server) === all) hearers.delete(server)
      }
    },
    tell(server, notification) {
      for (const hearer of [...(hearers.get(server) ?? [])]) hearer(notification)
    },
  }
}
