import type { CredentialAbout } from '../../kernel/credential.ts'
import { createValueWatch } from '../../kernel/value-index.ts'
import type { ExposedWhere, WatchedCredentials } from '../scrub/scrubber.ts'

/** Credentials that are known by their values, with what was told of them. */
export function watched(
  values: Readonly<Record<string, CredentialAbout>>,
): WatchedCredentials & { readonly told: (readonly [CredentialAbout, ExposedWhere])[] } {
  const watch = createValueWatch<CredentialAbout>()
  for (const [value, about] of Object.entries(values)) watch.add(value, about)
  const told: (readonly [CredentialAbout, ExposedWhere])[] = []
  const exposed = (about: CredentialAbout, where: ExposedWhere): void => {
    told.push([about, where])
  }
  return { watch, exposed, told }
}
