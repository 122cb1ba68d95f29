import type { Selectable } from 'kysely'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Seal, SealContext } from '../../kernel/seal.ts'
import type { ClientTrust } from '../../kernel/subject.ts'
import type { OauthClientTable } from '../../store/identity-schema.ts'
import type { ClientMetadata } from '../parts.ts'

/** A client as the operator sees it. */
export interface ClientRecord {
  readonly id: string
  readonly name: string
  readonly trust: ClientTrust
  readonly status: 'active' | 'disabled'
  readonly redirects: readonly string[]
  readonly grantTypes: readonly string[]
  /** How it authenticates (RFC 7591 `token_endpoint_auth_method`). */
  readonly method: string
  /** Canonical addresses that it may ask tokens for; undefined: all. */
  readonly resources: readonly string[] | undefined
  /** The most that it may be granted; undefined: not bounded. */
  readonly scopes: readonly string[] | undefined
  readonly mayIntrospect: boolean
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  /** When tokens were last issued to it, to a minute. */
  readonly used: number | undefined
  /** When it is forgotten, unless it is used. */
  readonly expires: number | undefined
}

/** What a row keeps as JSON. */
export interface Kept {
  readonly client: ClientMetadata
  /** Sealed. */
  readonly secret?: string
  readonly resources?: readonly string[]
  readonly scopes?: readonly string[]
  readonly introspect?: true
}

/** @throws Error for a row that this product did not write. */
export function keptOf(metadata: string): Kept {
  const kept: unknown = JSON.parse(metadata)
  if (!isObject(kept) || !isObject(kept['client'])) throw new Error('a client cannot be read')
  return kept as unknown as Kept
}

export function recordOf(row: Selectable<OauthClientTable>): ClientRecord {
  const kept = keptOf(row.metadata)
  return {
    id: row.id,
    name: row.name,
    trust: row.trust as ClientTrust,
    status: row.status === 'active' ? 'active' : 'disabled',
    redirects: strings(kept.client['redirect_uris']),
    grantTypes: strings(kept.client['grant_types']),
    method: String(kept.client['token_endpoint_auth_method'] ?? 'none'),
    resources: kept.resources,
    scopes: kept.scopes,
    mayIntrospect: kept.introspect === true,
    created: row.created,
    used: row.used ?? undefined,
    expires: row.expires ?? undefined,
  }
}

/** What the authorization server's library wants to know of the client. */
export function metadataOf(id: string, kept: Kept, seal: Seal): ClientMetadata {
  if (kept.secret === undefined) return kept.client
  return { ...kept.client, client_secret: seal.open(kept.secret, secretContext(id)) }
}

/** What a sealed secret belongs to: in the row of another client it does not open. */
export function secretContext(id: string): SealContext {
  return ['client secret', id]
}

export function strings(value: JsonObject[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
