import type { Action } from '../kernel/access.ts'
import type { Era } from '../mcp/revision.ts'

/**
 * What the gateway does with a request:
 * - `handshake`: answers for the server, from what it claims of itself
 * - `ping`: answers itself
 * - `list`: relays, and leaves out what this subject could never use
 * - `decide`: sends it through the pipeline, and only from there to a server
 * - `listen`: opens a subscription
 * - `setting`: relays a preference that reaches no data
 */
export type Handling =
  | { readonly kind: 'handshake' | 'ping' | 'listen' | 'setting' }
  | { readonly kind: 'list'; readonly items: ListKind }
  | { readonly kind: 'decide'; readonly action: Action }

/** The member of a list result that holds the items. */
export type ListKind = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

interface MethodRow {
  readonly eras: readonly Era[]
  readonly handling: Handling
}

const BOTH: readonly Era[] = ['modern', 'legacy']

/** Every request method that Bailiwick knows. What is not here is refused, in both directions. */
const METHODS: Readonly<Record<string, MethodRow>> = {
  initialize: { eras: ['legacy'], handling: { kind: 'handshake' } },
  'server/discover': { eras: ['modern'], handling: { kind: 'handshake' } },
  ping: { eras: ['legacy'], handling: { kind: 'ping' } },
  'tools/list': { eras: BOTH, handling: { kind: 'list', items: 'tools' } },
  'prompts/list': { eras: BOTH, handling: { kind: 'list', items: 'prompts' } },
  'resources/list': { eras: BOTH, handling: { kind: 'list', items: 'resources' } },
  'resources/templates/list': {
    eras: BOTH,
    handling: { kind: 'list', items: 'resourceTemplates' },
  },
  'tools/call': { eras: BOTH, handling: { kind: 'decide', action: 'call' } },
  'prompts/get': { eras: BOTH, handling: { kind: 'decide', action: 'get' } },
  'resources/read': { eras: BOTH, handling: { kind: 'decide', action: 'read' } },
  'resources/subscribe': { eras: ['legacy'], handling: { kind: 'decide', action: 'read' } },
  'resources/unsubscribe': { eras: ['legacy'], handling: { kind: 'decide', action: 'read' } },
  'completion/complete': { eras: BOTH, handling: { kind: 'decide', action: 'complete' } },
  'subscriptions/listen': { eras: ['modern'], handling: { kind: 'listen' } },
  'logging/setLevel': { eras: ['legacy'], handling: { kind: 'setting' } },
}

/** How to handle a request method in an era; undefined for one that is not known there. */
export function handlingOf(method: string, era: Era): Handling | undefined {
  const row = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined
  return row?.eras.includes(era) ? row.handling : undefined
}

/**
 * Notifications that pass from a server to a client. A cancellation is not among them: its ids are
 * the server's own, and whoever asked the client knows the client's.
 */
export const SERVER_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/progress',
  'notifications/message',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
])

/** Notifications that pass from a client to a server. Cancellation and `initialized` are the link's own. */
export const CLIENT_NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/roots/list_changed',
  'notifications/progress',
])
