import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Digest, sha256 } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'

/** What a record keeps of a JSON value instead of the value. */
export interface Fingerprint {
  readonly digest: Digest
  /**
   * What `digest` is the SHA-256 of. `canonical`: the value's canonical JSON (RFC 8785). `text`:
   * the exact JSON text that was relayed.
   */
  readonly of: 'canonical' | 'text'
  /** Length in bytes of what was hashed. */
  readonly size: number
}

/** Fingerprints a value by its canonical form, so that any writing of the same value agrees. */
export function fingerprint(value: JsonObject): Fingerprint {
  try {
    return { of: 'canonical', ...hashed(canonicalJson(value)) }
  } catch {
    // A lone surrogate has no canonical form. A record that cannot be written would help whoever
    // sent it; JSON.stringify escapes it.
    return { of: 'text', ...hashed(JSON.stringify(value)) }
  }
}

/** Fingerprints JSON text as it was relayed: for large results, some 30 times cheaper. */
export function fingerprintText(text: string): Fingerprint {
  return { of: 'text', ...hashed(text) }
}

function hashed(text: string): Pick<Fingerprint, 'digest' | 'size'> {
  return { digest: sha256(text), size: Buffer.byteLength(text) }
}
