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

/** The canonical JSON; undefined for what has none: lone surrogates, too deep for the stack. */
export function canonicalForm(definition: Json): string | undefined {
  try {
    return canonicalJson(definition)
  } catch {
    return undefined
  }
}

/** JSON text of anything, in well-formed Unicode; it has no canonical form where the definition had none. */
export function spelling(definition: Json): string {
  try {
    // Well-formed since ECMAScript 2019: a lone surrogate is escaped.
    return JSON.stringify(definition)
  } catch {
    // Too deep for the stack.
    return JSON.stringify('\ud800')
  }
}

/** The key under which a definition is stored. */
export function pinId(server: string, kind: PinKind, name: string, digest: Digest): string {
  return sha256(JSON.stringify([server, kind, name, digest]))
}
