import type { Revision } from '../revision.ts'
import { upstreamFailure } from './failure.ts'
import type { HttpReply } from './http-exchange.ts'

/** The headers of one legacy session (2025-11-25, basic/transports, "Session Management"). */
export interface SessionHeaders {
  /** Takes the id that the server gave with the answer to `initialize`, if it gave one. */
  begin(id: string | readonly string[] | undefined): void
  /** Takes the revision that was agreed on. */
  settle(revision: Revision): void
  /** True while there is a session id. */
  held(): boolean
  post(): readonly string[]
  get(lastEventId: string): readonly string[]
  /** True for the answer of a server that has forgotten the session. */
  lost(reply: HttpReply): boolean
}

// 2025-11-25, basic/transports: visible ASCII only.
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/
const POST = [
  ...['Content-Type', 'application/json'],
  ...['Accept', 'application/json, text/event-stream'],
]
const GET = ['Accept', 'text/event-stream']

/** Headers of a session that has not begun: without id and revision. */
export function createSessionHeaders(server: string): SessionHeaders {
  let id: readonly string[] = []
  let revision: readonly string[] = []
  let post: readonly string[] = POST
  return {
    begin: (given) => {
      if (given === undefined) return
      if (typeof given !== 'string' || !SESSION_ID.test(given))
        throw upstreamFailure('upstream_malformed', server, 'the session id is not visible ASCII')
      id = ['Mcp-Session-Id', given]
      post = [...POST, ...revision, ...id]
    },
    settle: (agreed) => {
      revision = ['MCP-Protocol-Version', agreed]
      post = [...POST, ...revision, ...id]
    },
    held: () => id.length > 0,
    post: () => post,
    get: (lastEventId) => [
      ...GET,
      ...revision,
      ...id,
      ...(lastEventId === '' ? [] : ['Last-Event-ID', lastEventId]),
    ],
    // 404 by the specification; some servers say 400 and name the session.
    lost: ({ status, text }) =>
      id.length > 0 &&
      (status === 404 || (status === 400 && /session/i.test(text.slice(0, 1_000)))),
  }
}
