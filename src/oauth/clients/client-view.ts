import { canonicalJson } from '../../kernel/canonical-json.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { ClientTrust } from '../../kernel/subject.ts'
import type { ClientMetadata, ClientView } from '../parts.ts'
import { cleanName } from './client-name.ts'
import { redirectAddress } from './redirect-address.ts'

/** Not what a client is, but what it was given, and when. */
const GIVEN: ReadonlySet<string> = new Set(['client_secret', 'client_id_issued_at'])

/** The client as people see it. */
export function viewOf(id: string, trust: ClientTrust, metadata: ClientMetadata): ClientView {
  const name = cleanName(metadata['client_name'])
  const host = trust === 'metadata' ? (URL.parse(id)?.hostname ?? undefined) : hostOf(metadata)
  const own = Object.entries(metadata).filter(([key]) => !GIVEN.has(key))
  return {
    id,
    name: name === '' ? (host ?? id) : name,
    trust,
    host,
    digest: sha256(canonicalJson(Object.fromEntries(own))),
  }
}

/** The one host that codes are sent to; undefined when it is the user's machine, or there are several. */
function hostOf(metadata: ClientMetadata): string | undefined {
  const redirects = metadata['redirect_uris']
  if (!Array.isArray(redirects)) return undefined
  const hosts = redirects.map((redirect) => {
    const address = redirectAddress(redirect)
    return typeof address === 'object' && address.kind === 'web' ? address.host : undefined
  })
  return new Set(hosts).size === 1 ? hosts[0] : undefined
}
