import type { Principals, User } from '../../../kernel/accounts.ts'
import { sha256 } from '../../../kernel/hash.ts'
import type { SubjectId } from '../../../kernel/subject.ts'
import type { ClientMetadata, Resource, Resources } from '../../parts.ts'
import type { ClientSource } from '../ports.ts'

/** Clients by id; ids that begin with `dyn-` are dynamic, addresses are documents. */
export function fakeClients(clients: Map<string, ClientMetadata>): ClientSource {
  const trust = (id: string) =>
    id.startsWith('dyn-') ? 'dynamic' : id.startsWith('https:') ? 'metadata' : 'registered'
  return {
    find: async (id) => clients.get(id),
    trust,
    vetted: (id) => trust(id) === 'registered',
    view: (id, metadata) => ({
      id,
      name: String(metadata['client_name'] ?? id),
      trust: trust(id),
      host: undefined,
      digest: sha256(JSON.stringify(metadata)),
    }),
    ceiling: () => ({ resources: undefined, scopes: undefined }),
    mayIntrospect: (id) => id.startsWith('rs-'),
    used: () => {},
  }
}

/** People by id. */
export function fakePrincipals(users: Map<string, User>): Principals {
  return {
    user: async (id) => users.get(id),
    agent: async () => undefined,
    seen: () => {},
  }
}

export function person(id: string): User {
  return { id: id as SubjectId, name: id, status: 'active', groups: [], created: 0 }
}

/** `/mcp`, `/mcp/files`, `/admin`. */
export function fakeResources(origin: string, alias: string): Resources {
  const make = (path: string): Resource => ({
    url: `${origin}${path}`,
    aliases: [`${alias}${path}`],
    path,
    tools: [{ server: 'files', name: 'delete', scope: 'files:delete', level: 'write' }],
  })
  const all = ['/mcp', '/mcp/files', '/admin'].map(make)
  return {
    fallback: `${origin}/mcp`,
    find: (url) => all.find((one) => one.url === url || one.aliases.includes(url)),
  }
}
