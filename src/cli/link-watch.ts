import { type ErrorCode, toGatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Era } from '../mcp/revision.ts'
import type { OpenLink, ServerClaims } from '../mcp/upstream/link.ts'

/** How a server fares, as far as this process has met it. Times are milliseconds since the epoch. */
export interface ServerMeeting {
  /** Links that are open now. */
  readonly open: number
  /** When a link was made last, and what the server said of itself then: claims. */
  readonly met?: { readonly at: number; readonly era: Era; readonly claims: ServerClaims }
  /** Attempts that failed since then, and the last of them. */
  readonly failures: number
  readonly failed?: { readonly at: number; readonly code: ErrorCode; readonly message: string }
}

const STRANGER: ServerMeeting = { open: 0, failures: 0 }

/** Watches how servers are connected. */
export interface LinkWatch {
  readonly openLink: OpenLink
  of(server: string): ServerMeeting
}

/** Opens links as `openLink` does, and remembers how each server fared. */
export function linkWatch(openLink: OpenLink, clock: Clock): LinkWatch {
  const meetings = new Map<string, ServerMeeting>()
  const of = (server: string): ServerMeeting => meetings.get(server) ?? STRANGER
  const change = (server: string, next: Partial<ServerMeeting>): void => {
    meetings.set(server, { ...of(server), ...next })
  }
  return {
    of,
    async openLink(options) {
      const { server } = options
      try {
        const link = await openLink(options)
        const met = { at: clock(), era: link.era, claims: link.claims }
        change(server, { met, open: of(server).open + 1, failures: 0 })
        const closed = (): void => change(server, { open: of(server).open - 1 })
        link.closed.then(closed, closed)
        return link
      } catch (thrown) {
        const { code, message } = toGatewayError(thrown)
        change(server, {
          failed: { at: clock(), code, message },
          failures: of(server).failures + 1,
        })
        throw thrown
      }
    },
  }
}
