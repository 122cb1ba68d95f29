import { type CredentialOwner, ownerOf } from '../kernel/credential.ts'
import { GatewayError } from '../kernel/errors.ts'
import { principalOf, type Subject } from '../kernel/subject.ts'
import type { Conversation } from '../mcp/exchange.ts'
import type { LinkOptions } from '../mcp/upstream/link.ts'
import type { UpstreamServer } from './watched-links.ts'

/** Whose each link is: what is shown to a server for one subject is shown for no other. */
export interface LinkHolders {
  /**
   * Takes a key for a conversation until what is returned is called.
   *
   * @throws GatewayError `internal` for a key that another principal has: nothing may be sent over its link.
   */
  claim(key: string, to: UpstreamServer, conversation: Pick<Conversation, 'subject'>): () => void
  /**
   * Keys of the processes of a server that were given credentials.
   *
   * @param owner whose credential; absent or `shared`: everybody's.
   */
  processesOf(server: string, owner?: CredentialOwner): ReadonlySet<string>
}

interface Held {
  readonly principal: string
  readonly owner: CredentialOwner
  readonly server: string
  /** Whether it is a process with credentials in its environment. */
  readonly given: boolean
  claims: number
}

/** Makes it. What is known of a key goes with the last claim on it. */
export function linkHolders(): LinkHolders {
  const held = new Map<string, Held>()
  return {
    claim(key, to, { subject }) {
      const known = held.get(key) ?? heldBy(to, subject)
      if (known.principal !== principalOf(subject) || known.server !== to.name)
        throw new GatewayError('internal', 'internal error', {
          detail: `a link of server ${known.server} belongs to another principal`,
        })
      held.set(key, known)
      known.claims += 1
      let claimed = true
      return () => {
        if (!claimed) return
        claimed = false
        known.claims -= 1
        if (known.claims === 0) held.delete(key)
      }
    },
    processesOf(server, owner = 'shared') {
      const all = [...held].filter(([, one]) => one.given && one.server === server)
      const own = all.filter(([, one]) => owner === 'shared' || one.owner === owner)
      return new Set(own.map(([key]) => key))
    },
  }
}

function heldBy(to: UpstreamServer, subject: Subject): Held {
  const given = to.transport.kind === 'stdio' && to.environment !== undefined
  const owner = ownerOf(subject)
  return { principal: principalOf(subject), owner, server: to.name, given, claims: 0 }
}

/** What a server is shown for a subject: over HTTP with each request, in a process by its environment. */
export function shownTo(
  { transport, authorizer, environment }: UpstreamServer,
  subject: Subject,
): Pick<LinkOptions, 'authorizer' | 'environment'> {
  if (transport.kind !== 'stdio')
    return authorizer === undefined ? {} : { authorizer: authorizer(subject) }
  return environment === undefined ? {} : { environment: () => environment(subject) }
}
