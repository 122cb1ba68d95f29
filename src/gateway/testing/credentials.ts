import type { CredentialAbout } from '../../kernel/credential.ts'
import type { Sighting, ValueWatch } from '../../kernel/value-watch.ts'
import type { ExposedWhere, WatchedCredentials } from '../scrub/scrubber.ts'

/** Knows values as they are, and in Base64: nothing clever. */
export function plainWatch(
  values: Readonly<Record<string, CredentialAbout>>,
): ValueWatch<CredentialAbout> {
  const known = new Map<string, CredentialAbout>()
  const add = (value: string, about: CredentialAbout): (() => void) => {
    known.set(value, about)
    known.set(Buffer.from(value).toString('base64').replace(/=+$/, ''), about)
    return () => known.delete(value)
  }
  for (const [value, about] of Object.entries(values)) add(value, about)
  const find = (text: string): readonly Sighting<CredentialAbout>[] =>
    [...known].flatMap(([value, about]) => {
      const start = text.indexOf(value)
      return start < 0 ? [] : [{ start, end: start + value.length, about, whole: true }]
    })
  return {
    add,
    find,
    has: (text) => find(text).length > 0,
    redact(text, mark = () => '*') {
      let redacted = text
      for (const [value, about] of known) redacted = redacted.replaceAll(value, mark(about))
      return redacted
    },
  }
}

/** Credentials that are known, with what was told of them. */
export function watched(
  values: Readonly<Record<string, CredentialAbout>>,
): WatchedCredentials & { readonly told: (readonly [CredentialAbout, ExposedWhere])[] } {
  const told: (readonly [CredentialAbout, ExposedWhere])[] = []
  const exposed = (about: CredentialAbout, where: ExposedWhere): void => {
    told.push([about, where])
  }
  return { watch: plainWatch(values), exposed, told }
}
