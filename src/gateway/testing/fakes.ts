import type { JsonObject } from '../../kernel/json.ts'
import {
  holderOf,
  OPERATOR_AUTHORIZATION,
  type Subject,
  type SubjectId,
} from '../../kernel/subject.ts'
import type { Conversation, Exchange } from '../../mcp/exchange.ts'
import type { Notification, Request, Response } from '../../mcp/message.ts'
import { eraOf, type Revision } from '../../mcp/revision.ts'
import type { Link, Outbound } from '../../mcp/upstream/link.ts'

/** Fakes at the gateway's own ports. */
export const OWNER: Subject = {
  kind: 'user',
  id: 'owner' as SubjectId,
  via: 'operator',
  groups: [],
  actors: [],
}

export interface FakeConversation extends Conversation {
  readonly sent: Notification[]
}

export function fakeConversation(overrides: Partial<Conversation> = {}): FakeConversation {
  const revision: Revision = overrides.revision ?? '2025-11-25'
  const sent: Notification[] = []
  return {
    id: 'conversation-1',
    endpoint: { kind: 'server', server: 'files' },
    subject: OWNER,
    holder: holderOf(overrides.subject ?? OWNER, OPERATOR_AUTHORIZATION),
    client: { name: 'test', version: '1' },
    revision,
    era: eraOf(revision),
    capabilities: {},
    ended: new AbortController().signal,
    send: (notification) => sent.push(notification),
    ask: async () => ({ kind: 'result', id: 0, result: {} }),
    sent,
    ...overrides,
  }
}

export interface FakeExchange extends Exchange {
  readonly notified: Notification[]
}

export function fakeExchange(
  method: string,
  params: JsonObject,
  overrides: Partial<Exchange> = {},
): FakeExchange {
  const request: Request = { kind: 'request', id: 1, method, params }
  const notified: Notification[] = []
  const { conversation = fakeConversation() } = overrides
  return {
    conversation,
    sender: { subject: conversation.subject, authorization: OPERATOR_AUTHORIZATION },
    request,
    text: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    headers: {},
    cancelled: new AbortController().signal,
    notify: (notification) => notified.push(notification),
    stream: () => undefined,
    ask: async () => ({ kind: 'result', id: 0, result: {} }),
    notified,
    ...overrides,
  }
}

/** A link whose server is a function. */
export function fakeLink(
  revision: Revision,
  answer: (outbound: Outbound) => Promise<Response> | Response,
  claims: Partial<Link['claims']> = {},
): Link & { readonly seen: Outbound[] } {
  const seen: Outbound[] = []
  return {
    era: eraOf(revision),
    claims: {
      revision,
      capabilities: {},
      serverInfo: { name: 'fake', version: '1' },
      instructions: undefined,
      result: {},
      ...claims,
    },
    seen,
    async request(outbound) {
      seen.push(outbound)
      return answer(outbound)
    },
    notify: async () => undefined,
    closed: new Promise(() => undefined),
    close: async () => undefined,
  }
}
