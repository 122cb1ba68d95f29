import { canonicalJson } from '../../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../../kernel/hash.ts'
import type { Json } from '../../kernel/json.ts'
import type { PinKind, SeenDefinition } from '../../kernel/pins.ts'

/** Begins no JSON text, so that no digest of a text with this is one of a canonical form. */
const NO_FORM = 'no canonical form:'

/** A definition as the book of pins sees it, with its digest. Total. */
export function seenDefinition(kind: PinKind, name: string, definition: Json): SeenDefinition {
  return { kind, name, digest: pinDigest(definition), definition }
}

/**
 * SHA-256 of the canonical JSON (RFC 8785) of all of a definition. What has no canonical form has a digest
 * too, by which it is never approved.
 */
export function pinDigest(definition: Json): Digest {
  return sha256(canonicalForm(definition) ?? NO_FORM + spelling(definition))
}

/** The canonical JSON; undefined for what has none: lone surrogates, numbers that JSON cannot hold. */
export function canonicalForm(definition: Json): string | undefined {
  try {
    return canonicalJson(definition)
  } catch {
    return undefined
  }
}

/** JSON text of anything, well-formed Unicode: for people to look at. */
export function spelling(definition: Json): string {
  try {
    return JSON.stringify(definition) ?? 'null'
  } catch {
    // Too deep for the stack.
    return 'null'
  }
}

/** The key under which a definition is stored. */
export function pinId(server: string, kind: PinKind, name: string, digest: Digest): string {
  return sha256(JSON.stringify([server, kind, name, digest]))
}
