import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server'

interface StoredEvent {
  readonly stream: string
  readonly message: JSONRPCMessage
}

/** Keeps the events of one session, so that a client can resume after `Last-Event-ID`. */
export function createEventStore(): EventStore {
  const events: StoredEvent[] = []
  const at = (id: string): StoredEvent | undefined => events[Number(id) - 1]
  return {
    async storeEvent(stream, message) {
      return String(events.push({ stream, message }))
    },
    async getStreamIdForEventId(id) {
      return at(id)?.stream
    },
    async replayEventsAfter(lastId, { send }) {
      const stream = at(lastId)?.stream ?? lastId
      for (const [index, event] of [...events.entries()].slice(Number(lastId))) {
        // A priming event carries an id and nothing else: there is nothing to replay.
        const primes = Object.keys(event.message).length === 0
        if (event.stream === stream && !primes) await send(String(index + 1), event.message)
      }
      return stream
    },
  }
}
