import type { SecretReference } from '../src/kernel/secret-reference.ts'
import type { SubjectId } from '../src/kernel/subject.ts'
import { staticAuthorizer } from '../src/vault/inject/static-authorizer.ts'
import { createResolver } from '../src/vault/sources/resolver.ts'

const REQUEST = { method: 'POST', url: 'https://crm.example/mcp' } as const

/** One call of this gives a request two secret headers, from memory. */
export async function injecting(value: string): Promise<() => unknown> {
  const read = async () => ({ value, expires: undefined })
  const resolver = createResolver({
    ...{ sources: {}, secrets: { read, readPrevious: read }, witness: async () => {} },
    ...{ clock: Date.now, ttl: 60 * 60_000 },
  })
  const named = (name: string): SecretReference => ({
    ...{ kind: 'secret', prefix: 'Bearer ', provider: 'vault', name },
  })
  const authorizer = staticAuthorizer({
    ...{ server: 'crm', subject: { kind: 'user', id: 'ann' as SubjectId }, resolver },
    headers: { Authorization: named('token'), 'X-Key': named('key') },
  })
  await authorizer.headers(REQUEST)
  return () => authorizer.headers(REQUEST)
}
