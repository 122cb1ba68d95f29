import type { Config } from '../../config/config.ts'
import type { SecretReference } from '../../kernel/secret-reference.ts'

/** A reference of the configuration. */
export interface PlacedReference {
  /** Where it stands: `servers.github.headers.Authorization`. */
  readonly path: string
  /** The server that it is for; undefined when it is for the gateway itself. */
  readonly server: string | undefined
  readonly reference: SecretReference
}

/** All references of a configuration, in the order in which they stand. */
export function referencesOf(config: Config): readonly PlacedReference[] {
  return found(config, []).map(({ path, reference }) => ({
    path: path.join('.'),
    server: path[0] === 'servers' ? path[1] : undefined,
    reference,
  }))
}

type Found = readonly { readonly path: readonly string[]; readonly reference: SecretReference }[]

function found(value: unknown, path: readonly string[]): Found {
  if (typeof value !== 'object' || value === null) return []
  if (isReference(value)) return [{ path, reference: value }]
  return Object.entries(value).flatMap(([key, child]) => found(child, [...path, key]))
}

function isReference(value: object): value is SecretReference {
  return (value as { readonly kind?: unknown }).kind === 'secret' && 'provider' in value
}
