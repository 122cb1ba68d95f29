import type { Sender } from '../kernel/authentication.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import { sha256 } from '../kernel/hash.ts'
import type { Endpoint } from '../mcp/exchange.ts'
import type { Limits } from './limits.ts'
import type { Session } from './session.ts'
import type { Incoming } from './site.ts'

/** Who asks for a session. */
export type Caller = Pick<Incoming, 'holder' | 'sender'>

/** The legacy sessions of all clients. */
export interface Sessions {
  /**
   * Makes room for one more session of a subject: its longest idle one ends when it has too many.
   *
   * @throws GatewayError `too_many_requests` when all of them are in use.
   */
  admit(principal: string): void
  /** Makes a session findable. @throws GatewayError `too_many_requests`, as `admit` does. */
  register(session: Session): void
  /**
   * Finds a session. One answer for a session that never was, has ended, or belongs to another
   * subject or endpoint: a session id is no proof of anything (2025-11-25, Security Best
   * Practices, "Session Hijacking").
   *
   * @throws GatewayError `session_unknown`.
   */
  find(id: string, caller: Caller, endpoint: Endpoint): Session
  end(session: Session): void
  /** Ends what has been idle for too long. */
  expire(): void
  endWhere(which: (sender: Sender) => boolean): void
  endAll(): void
}

/** No sessions yet. */
export function createSessions(
  limits: Pick<Limits, 'maxSessions' | 'sessionIdleMs'>,
  onMisuse: (event: SecurityEvent) => void,
): Sessions {
  const byId = new Map<string, Session>()
  const byPrincipal = new Map<string, Set<Session>>()

  const end = (session: Session): void => {
    byId.delete(session.conversation.id)
    const own = byPrincipal.get(session.principal)
    own?.delete(session)
    if (own?.size === 0) byPrincipal.delete(session.principal)
    session.end()
  }
  const admit = (principal: string): void => {
    const own = byPrincipal.get(principal)
    if (own === undefined || own.size < limits.maxSessions) return
    const oldest = longestIdle(own)
    if (oldest === undefined)
      throw new GatewayError('too_many_requests', 'too many sessions are in use')
    end(oldest)
  }
  const expired = (session: Session): boolean => session.idle() > limits.sessionIdleMs

  return {
    end,
    admit,
    register(session) {
      admit(session.principal)
      byId.set(session.conversation.id, session)
      const own = byPrincipal.get(session.principal)
      if (own) own.add(session)
      else byPrincipal.set(session.principal, new Set([session]))
    },
    find(id, caller, endpoint) {
      const session = byId.get(id)
      if (session !== undefined && expired(session)) end(session)
      else if (session?.holder === caller.holder && same(session.conversation.endpoint, endpoint))
        return session
      else if (session !== undefined) onMisuse(misuse(session, caller))
      throw new GatewayError('session_unknown', 'no such session')
    },
    expire() {
      for (const session of [...byId.values()]) if (expired(session)) end(session)
    },
    endWhere(which) {
      for (const session of [...byId.values()]) if (which(session.sender)) end(session)
    },
    endAll() {
      for (const session of [...byId.values()]) end(session)
    },
  }
}

/** A session id in other hands: leaked, guessed, or mixed up by a client. Someone should look. */
function misuse(session: Session, { sender }: Caller): SecurityEvent {
  const { subject } = session.sender
  return {
    event: 'session.misused',
    outcome: 'refused',
    subject: `${sender.subject.kind}:${sender.subject.id}`,
    client: sender.authorization.client,
    target: sha256(session.conversation.id).slice(0, 16),
    detail: {
      owner: `${subject.kind}:${subject.id}`,
      ownerClient: session.sender.authorization.client,
    },
  }
}

function longestIdle(sessions: Iterable<Session>): Session | undefined {
  let oldest: Session | undefined
  for (const session of sessions) if (session.idle() > (oldest?.idle() ?? 0)) oldest = session
  return oldest
}

function same(one: Endpoint, other: Endpoint): boolean {
  if (one.kind === 'all' || other.kind === 'all') return one.kind === other.kind
  return one.server === other.server
}
